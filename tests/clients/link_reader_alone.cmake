# cmake -DCOMPILER= -DHEADER= -DWORK= -P link_reader_alone.cmake
# A user's program with nothing but the header beside it: compiles without warnings as C++17, reads a table.
file(REMOVE_RECURSE ${WORK})
file(COPY ${HEADER} DESTINATION ${WORK})
file(WRITE ${WORK}/links.csv "link,a,b,class,technology,rate_bps,latency_s,length_m,log10_pre_fec_ber,log10_frame_loss,\
frame_bytes,watts_idle,watts_busy,fit\n0,0,1,rack,copper_dac,4e+11,1.054e-07,1.5,-6,-3,4158,0,0.1,20\n")
file(WRITE ${WORK}/second.cpp "#include \"tessera_links.hpp\"\nint second() { return 0; }\n")
file(WRITE ${WORK}/user.cpp "#include \"tessera_links.hpp\"
int second();
int main(int, char** argv) {
  const auto links = tessera_links::read_links(argv[1]);
  return links.size() == 1 && links[0].b == 1 && links[0].rate_bps == 4e11 && !links[0].scheduled() &&
                 std::abs(links[0].loss() - 1e-3) < 1e-15
             ? second()
             : 1;
}
")
foreach(command "${COMPILER};-std=c++17;-Wall;-Wextra;-Wpedantic;-Wconversion;-Werror;user.cpp;second.cpp;-o;user" "./user;links.csv")
  execute_process(COMMAND ${command} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${command}\n${output}")
  endif()
endforeach()
