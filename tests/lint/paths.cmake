# cmake -DROOT= -P paths.cmake: no tracked text names a path of somebody's machine.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)

# A path starts where a word starts; `https://site/home/` is none.
set(machine_path "(^|[^A-Za-z0-9_./~}$-])/(root|tmp|home|work|Users)/|bash_job[s]|[A-Z]:\\\\Users\\\\")
tracked_files(files)
list(FILTER files INCLUDE REGEX
  "(\\.(hpp|cpp|in|cmake|txt|md|toml|json|sh|py|bib|yml|yaml|csv|svg|html)|(^|/)(run|\\.clang-tidy|\\.clang-format|\\.gitignore|LICENSE))$")
foreach(file IN LISTS files)
  if(EXISTS ${ROOT}/${file})
    file(STRINGS ${ROOT}/${file} lines REGEX "${machine_path}")
    foreach(line IN LISTS lines)
      string(STRIP "${line}" line)
      violation("${file}: ${line}")
    endforeach()
  endif()
endforeach()
finish("lint.paths")
