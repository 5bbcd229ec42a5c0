# tessera_library(NAME DEPENDS ...): the library tessera_NAME from every source below the folder NAME.
# A layer without sources is an INTERFACE library, so that the others may name it at any time.
function(tessera_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.cpp)
  if(sources)
    add_library(tessera_${name} STATIC ${sources})
    target_link_libraries(tessera_${name} PUBLIC ${ARG_DEPENDS} PRIVATE $<BUILD_INTERFACE:tessera_warnings>)
    # Complex arithmetic without the checks for infinities that Annex G asks for at every product: nothing here is
    # infinite, and a response that overflows is caught as not finite. No errno from sqrt and its like.
    target_compile_options(tessera_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fcx-limited-range> -fno-math-errno)
    set(scope PUBLIC)
  else()
    add_library(tessera_${name} INTERFACE)
    target_link_libraries(tessera_${name} INTERFACE ${ARG_DEPENDS})
    set(scope INTERFACE)
  endif()
  tessera_include_directories(tessera_${name} ${scope})
  set_target_properties(tessera_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  add_library(tessera::${name} ALIAS tessera_${name})
endfunction()

# Includes are paths from the root; installed headers keep them below include/tessera.
function(tessera_include_directories target scope)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tessera>)
endfunction()

# Where parts and scenarios lie, in the source tree and where `cmake --install` puts them: known to the one source that
# looks for them, so that a compiler cache serves the others in any checkout.
set_source_files_properties(${PROJECT_SOURCE_DIR}/scenarios/link/library_search.cpp PROPERTIES COMPILE_DEFINITIONS
  "TESSERA_LIBRARY_DIR=\"${PROJECT_SOURCE_DIR}/scenarios/library\";TESSERA_INSTALLED_LIBRARY_DIR=\"${CMAKE_INSTALL_FULL_DATADIR}/tessera\"")
