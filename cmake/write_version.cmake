# cmake -DROOT= -DVERSION= -DINPUT= -DOUTPUT= -P write_version.cmake
set(COMMIT "unknown")
find_program(GIT git)
if(GIT AND EXISTS ${ROOT}/.git)
  execute_process(COMMAND ${GIT} describe --always --dirty --exclude=* --abbrev=12
    WORKING_DIRECTORY ${ROOT} OUTPUT_VARIABLE found RESULT_VARIABLE status ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(status EQUAL 0)
    set(COMMIT ${found})
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
