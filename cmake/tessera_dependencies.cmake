# Third-party libraries, all packaged by Debian 12. FFTW has only a pkg-config file.
# What a consumer of the installed package needs again stands in tessera-config.cmake.in too.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Boost 1.74 REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C HL)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(TBB REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFTW3 REQUIRED IMPORTED_TARGET fftw3 fftw3f)
if(TESSERA_BUILD_TOOLS)
  find_package(CLI11 REQUIRED)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# GCC 12 reports -Wrestrict inside std::string concatenation, where nothing overlaps (GCC bug 105651).
add_library(tessera_warnings INTERFACE)
target_compile_options(tessera_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${TESSERA_WARNINGS_AS_ERRORS}>:-Werror>)

if(TESSERA_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
  # The resolvers of multiversioned functions run before the sanitizer's own start-up and crash there.
  add_compile_definitions(TESSERA_NO_MULTIVERSION)
endif()

add_library(tessera_dependencies INTERFACE)
target_link_libraries(tessera_dependencies INTERFACE Eigen3::Eigen Boost::headers fmt::fmt nlohmann_json::nlohmann_json
  PkgConfig::FFTW3 hdf5::hdf5 hdf5::hdf5_hl TBB::tbb Threads::Threads tomlplusplus::tomlplusplus)
