// Heat maps for those who do not see them: the value under the focus cell as the widget's value, told when it changes.
//
// GUI thread only.
#pragma once

namespace bitscape {

class HeatMap;

// Once per process; further calls do nothing.
void makeHeatMapsAccessible();
// The focus cell moved or its value changed.
void tellValue(HeatMap& map);

}  // namespace bitscape
