// The program's names and resources, set before the QApplication is made: settings and folders depend on them.
//
// Main thread only.
#pragma once

namespace bitscape {

// Pictures, benchmarks and tests start from empty settings of their own and leave the user's alone.
enum class SettingsOf { User, Nobody };
void prepareApplication(SettingsOf whose);

}  // namespace bitscape
