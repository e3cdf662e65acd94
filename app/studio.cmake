# Translations: compiled by lrelease and built into the program.
find_program(BITSCAPE_LRELEASE NAMES lrelease lrelease-qt6 HINTS "${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS}" /usr/lib/qt6/bin REQUIRED)
set(translations_cpp "${CMAKE_CURRENT_BINARY_DIR}/qrc_translations.cpp")
set(translations_dir "${CMAKE_CURRENT_BINARY_DIR}/translations")
file(GLOB translations_ts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/resources/translations/*.ts")
set(translations_qrc "<RCC><qresource prefix=\"/translations\">")
set(translations_commands)
foreach(ts ${translations_ts})
  get_filename_component(name "${ts}" NAME_WE)
  string(APPEND translations_qrc "<file>${name}.qm</file>")
  list(APPEND translations_commands COMMAND "${BITSCAPE_LRELEASE}" -silent "${ts}" -qm "${translations_dir}/${name}.qm")
endforeach()
file(MAKE_DIRECTORY "${translations_dir}")
file(CONFIGURE OUTPUT "${translations_dir}/translations.qrc" CONTENT "${translations_qrc}</qresource></RCC>" @ONLY)
add_custom_command(OUTPUT "${translations_cpp}" ${translations_commands}
  COMMAND Qt6::rcc --name translations "${translations_dir}/translations.qrc" -o "${translations_cpp}"
  DEPENDS ${translations_ts} VERBATIM)

# The window: everything of app but the command line.
add_library(bitscape_studio STATIC
  about.cpp application.cpp bench_gui.cpp document.cpp edit_actions.cpp event_wait.cpp export_dialog.cpp file_actions.cpp figure_dialog.cpp figure_export.cpp
  hints.cpp html_report.cpp jobs.cpp linear_errors.cpp main_window.cpp message_bar.cpp prompt_picture.cpp recipe_edit.cpp screenshots.cpp
  settings.cpp side_analysis.cpp studio.cpp study_keeper.cpp translation.cpp workspace.cpp
  attention_loader.cpp attention_picture.cpp pages/attention_presenter.cpp
  weights_loader.cpp pages/weights_presenter.cpp
  pages/activations_presenter.cpp
  backend_list.cpp decode_speed.cpp runs.cpp generation.cpp speed_memory.cpp speeds.cpp pages/evaluate_presenter.cpp
  effects.cpp pages/overview_presenter.cpp
  pages/bit_costs.cpp pages/bits_presenter.cpp
  block_preview.cpp stack_preview.cpp
  "${CMAKE_SOURCE_DIR}/resources/resources.qrc" "${translations_cpp}")
target_link_libraries(bitscape_studio PUBLIC bitscape_views bitscape_devices Qt6::Concurrent)
set_target_properties(bitscape_studio PROPERTIES AUTOGEN_ORIGIN_DEPENDS OFF)
# For the report's list of versions.
set_source_files_properties(html_report.cpp PROPERTIES COMPILE_DEFINITIONS "BITSCAPE_HDF5_VERSION=\"${HDF5_VERSION}\"")
