# Version and commit, looked up at every build and written only when they changed.
set(version_source ${PROJECT_BINARY_DIR}/generated/version.cpp)
add_custom_target(tessera_version
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
    -DINPUT=${PROJECT_SOURCE_DIR}/phy/core/version.cpp.in -DOUTPUT=${version_source}
    -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
  BYPRODUCTS ${version_source}
  COMMENT "Looking up the commit")
target_sources(tessera_phy PRIVATE ${version_source})
add_dependencies(tessera_phy tessera_version)
