# The window: everything of app but the command line.
add_library(bitscape_studio STATIC
  about.cpp application.cpp bench_gui.cpp document.cpp event_wait.cpp jobs.cpp linear_errors.cpp main_window.cpp message_bar.cpp
  prompt_picture.cpp recipe_edit.cpp screenshots.cpp side_analysis.cpp settings.cpp studio.cpp
  "${CMAKE_SOURCE_DIR}/resources/resources.qrc")
target_link_libraries(bitscape_studio PUBLIC bitscape_views bitscape_devices Qt6::Concurrent)
set_target_properties(bitscape_studio PROPERTIES AUTOGEN_ORIGIN_DEPENDS OFF)
