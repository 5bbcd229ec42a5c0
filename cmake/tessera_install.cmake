# Installs libraries, headers, parts and scenarios, the program, and the package that find_package(tessera) reads.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tessera)
set_target_properties(tessera_umbrella PROPERTIES EXPORT_NAME tessera)
install(TARGETS tessera_umbrella tessera_scenarios tessera_models tessera_channels tessera_devices tessera_phy
  tessera_dependencies EXPORT tessera ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT tessera NAMESPACE tessera:: DESTINATION ${package_dir} FILE tessera-targets.cmake)

foreach(layer phy channels devices scenarios)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${layer})
    install(DIRECTORY ${layer} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tessera FILES_MATCHING PATTERN *.hpp
      PATTERN library EXCLUDE)
  endif()
endforeach()
if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios/library)
  install(DIRECTORY scenarios/library/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tessera)
endif()
if(TARGET tessera_cli)
  install(TARGETS tessera_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/tessera-config.cmake.in ${PROJECT_BINARY_DIR}/tessera-config.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tessera-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tessera-config.cmake ${PROJECT_BINARY_DIR}/tessera-config-version.cmake
  DESTINATION ${package_dir})
