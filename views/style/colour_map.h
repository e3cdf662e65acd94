// Colour maps as tables of 1,024 entries: viridis, inferno, cividis, and a diverging blue-grey-red for signed values.
//
// Built once on first use; thread-safe.
#pragma once

#include <array>

#include <QList>
#include <QRgb>
#include <QString>

namespace bitscape {

enum class ColourMapId { Viridis, Inferno, Cividis, Diverging };

inline constexpr int kColourMapEntries = 1024;
using ColourTable = std::array<QRgb, kColourMapEntries>;

const ColourTable& colourTable(ColourMapId map);
QString colourMapTitle(ColourMapId map);
QList<ColourMapId> colourMaps();
// The entry at `position`, clamped to 0..1.
QRgb colourAt(ColourMapId map, double position);

}  // namespace bitscape
