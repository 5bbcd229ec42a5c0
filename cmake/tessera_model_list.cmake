# The folder listing is the registry: one generated function names every model in channels/ and devices/.
# A header `micro_led.hpp` defines `MicroLed` with kType "micro_led".
file(GLOB model_headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/channels/*/*.hpp ${PROJECT_SOURCE_DIR}/devices/*/*.hpp)
list(SORT model_headers)
set(includes "")
set(entries "")
foreach(header IN LISTS model_headers)
  get_filename_component(type ${header} NAME_WE)
  get_filename_component(family ${header} DIRECTORY)
  string(REPLACE "_" ";" words ${type})
  set(class "")
  foreach(word IN LISTS words)
    string(SUBSTRING ${word} 0 1 first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(TOUPPER ${first} first)
    string(APPEND class ${first}${rest})
  endforeach()
  string(APPEND includes "#include \"${header}\"\n")
  string(APPEND entries
    "  static_assert(tessera::${class}::kType == std::string_view(\"${type}\"), \"kType must equal the file name\");\n"
    "  models.push_back(model_info<tessera::${class}>(\"${family}\"));\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/all_models.cpp CONTENT
"#include <string_view>
#include \"phy/link/models.hpp\"
${includes}
namespace tessera {

std::vector<ModelInfo> all_models() {
  std::vector<ModelInfo> models;
${entries}  return models;
}

}  // namespace tessera
" @ONLY)
add_library(tessera_models STATIC ${PROJECT_BINARY_DIR}/generated/all_models.cpp)
add_library(tessera::models ALIAS tessera_models)
target_link_libraries(tessera_models PUBLIC tessera_channels tessera_devices)
set_target_properties(tessera_models PROPERTIES EXPORT_NAME models POSITION_INDEPENDENT_CODE ON)
