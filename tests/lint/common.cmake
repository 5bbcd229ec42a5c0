# Shared by the lints: each collects every violation, then fails once with all of them.
set(violations "")

macro(violation text)
  string(APPEND violations "  ${text}\n")
endmacro()

macro(finish name)
  if(violations)
    message(NOTICE "${violations}")  # as they stand: CMake wraps the text of an error
    message(FATAL_ERROR "${name}: violations above")
  endif()
  message(STATUS "${name}: clean")
endmacro()

# Files below ROOT that match the patterns, relative to ROOT.
function(files_below result)
  set(found "")
  foreach(pattern IN LISTS ARGN)
    file(GLOB_RECURSE some RELATIVE ${ROOT} ${ROOT}/${pattern})
    list(APPEND found ${some})
  endforeach()
  list(FILTER found EXCLUDE REGEX "^(build[^/]*|demo_output)/")  # installed copies are not the tree
  list(SORT found)
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# What is tracked, or would be; without git, everything outside build and output folders.
function(tracked_files result)
  find_program(GIT git)
  set(status 1)
  if(GIT AND EXISTS ${ROOT}/.git)
    execute_process(COMMAND ${GIT} ls-files --cached --others --exclude-standard WORKING_DIRECTORY ${ROOT}
      OUTPUT_VARIABLE found RESULT_VARIABLE status ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  if(status EQUAL 0)
    string(REPLACE "\n" ";" found "${found}")
  else()
    file(GLOB_RECURSE found RELATIVE ${ROOT} ${ROOT}/*)
    list(FILTER found EXCLUDE REGEX "^(build[^/]*|demo_output|\\.git|\\.cache)/")
  endif()
  set(${result} ${found} PARENT_SCOPE)
endfunction()
