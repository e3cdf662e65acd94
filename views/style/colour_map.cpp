#include "views/style/colour_map.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

namespace bitscape {
namespace {

constexpr int kPoints = 33;
using Points = std::array<QRgb, kPoints>;

// Every eighth entry of the published 256-entry maps; linear interpolation between them stays within 2 (viridis, inferno) and 6
// (cividis) of 255. viridis and inferno: van der Walt and Smith, bids.github.io/colormap (CC0). cividis: Nunez, Anderton and Renslow,
// PLOS ONE 13(7), 2018. Read from matplotlib 3.11 (lib/matplotlib/_cm_listed.py), at indices round(255 j / 32).
constexpr Points kViridis = {0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b, 0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e, 0x21918c, 0x1f978b, 0x1f9f88, 0x21a685, 0x27ad81, 0x31b57b, 0x3dbc74, 0x4cc26c, 0x5cc863, 0x6ece58, 0x81d34d, 0x95d840, 0xaadc32, 0xc0df25, 0xd5e21a, 0xeae51a, 0xfde725};
constexpr Points kInferno = {0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2f0a5b, 0x3d0965, 0x4a0c6b, 0x57106e, 0x64156e, 0x71196e, 0x7d1e6d, 0x8a226a, 0x972766, 0xa32c61, 0xb0315b, 0xbc3754, 0xc63d4d, 0xd04545, 0xda4e3c, 0xe35933, 0xeb6429, 0xf1711f, 0xf67e14, 0xf98c0a, 0xfb9b06, 0xfcaa0f, 0xfbba1f, 0xf9c932, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4};
constexpr Points kCividis = {0x00224e, 0x00285b, 0x002e6a, 0x053371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c, 0x434e6c, 0x4b546c, 0x535a6d, 0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x767676, 0x7d7c78, 0x838179, 0x8b8778, 0x928d78, 0x9a9376, 0xa29975, 0xaaa073, 0xb3a670, 0xbbad6d, 0xc3b369, 0xccba64, 0xd4c15f, 0xddc858, 0xe6d051, 0xefd748, 0xf8df3c, 0xfee838};

double mix(double a, double b, double t) { return a + (b - a) * t; }

QRgb mixed(QRgb a, QRgb b, double t) {
  return qRgb(static_cast<int>(std::lround(mix(qRed(a), qRed(b), t))), static_cast<int>(std::lround(mix(qGreen(a), qGreen(b), t))),
              static_cast<int>(std::lround(mix(qBlue(a), qBlue(b), t))));
}

ColourTable fromPoints(const Points& points) {
  ColourTable table;
  int segment = 0;
  const auto place = [](int j) { return std::lround(255.0 * j / (kPoints - 1)) / 255.0; };
  for (int i = 0; i < kColourMapEntries; ++i) {
    const double t = static_cast<double>(i) / (kColourMapEntries - 1);
    while (segment < kPoints - 2 && t > place(segment + 1)) ++segment;
    const double from = place(segment), to = place(segment + 1);
    table[static_cast<std::size_t>(i)] = mixed(points[static_cast<std::size_t>(segment)] | 0xff000000,
                                               points[static_cast<std::size_t>(segment) + 1] | 0xff000000, (t - from) / (to - from));
  }
  return table;
}

// Our own: blue over light grey to red, lightness falling evenly to both sides: control points chosen so that
// |position - 1/2| orders the luminance).
ColourTable diverging() {
  constexpr std::array<QRgb, 9> points = {0xff08306b, 0xff1f5fa8, 0xff4f94cd, 0xffa3c8e4, 0xfff2f2f2,
                                          0xfff2bda6, 0xffdd7b63, 0xffb7373a, 0xff67001f};
  ColourTable table;
  for (int i = 0; i < kColourMapEntries; ++i) {
    const double t = 8.0 * i / (kColourMapEntries - 1);
    const auto segment = static_cast<std::size_t>(std::min(7.0, std::floor(t)));
    table[static_cast<std::size_t>(i)] = mixed(points[segment], points[segment + 1], t - static_cast<double>(segment));
  }
  return table;
}

}  // namespace

const ColourTable& colourTable(ColourMapId map) {
  static const ColourTable viridis = fromPoints(kViridis), inferno = fromPoints(kInferno), cividis = fromPoints(kCividis),
                           signedTable = diverging();
  switch (map) {
    case ColourMapId::Viridis: return viridis;
    case ColourMapId::Inferno: return inferno;
    case ColourMapId::Cividis: return cividis;
    case ColourMapId::Diverging: return signedTable;
  }
  return viridis;
}

QString colourMapTitle(ColourMapId map) {
  switch (map) {
    case ColourMapId::Viridis: return QCoreApplication::translate("ColourMap", "Viridis");
    case ColourMapId::Inferno: return QCoreApplication::translate("ColourMap", "Inferno");
    case ColourMapId::Cividis: return QCoreApplication::translate("ColourMap", "Cividis");
    case ColourMapId::Diverging: return QCoreApplication::translate("ColourMap", "Signed, blue to red");
  }
  return {};
}

QList<ColourMapId> colourMaps() {
  return {ColourMapId::Viridis, ColourMapId::Inferno, ColourMapId::Cividis, ColourMapId::Diverging};
}

QRgb colourAt(ColourMapId map, double position) {
  const double clamped = std::clamp(position, 0.0, 1.0);
  return colourTable(map)[static_cast<std::size_t>(std::lround(clamped * (kColourMapEntries - 1)))];
}

}  // namespace bitscape
