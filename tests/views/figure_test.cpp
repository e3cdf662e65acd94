// Figures: the bytes of each format are what they claim to be, at the size that was asked for.

#include "views/figure/figure.h"

#include <QLabel>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTest>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "views/charts/line_chart.h"

using namespace bitscape;

namespace {

// Left half red, right half blue, a line and a word.
class Flag : public Figure {
 public:
  explicit Flag(QSize size) : m_size(size) {}
  QString figureName() const override { return QStringLiteral("flag"); }
  QSize figureSize() const override { return m_size; }
  void paintFigure(QPainter& painter, const QSize& size) const override {
    painter.fillRect(0, 0, size.width() / 2, size.height(), Qt::red);
    painter.fillRect(size.width() / 2, 0, size.width() - size.width() / 2, size.height(), Qt::blue);
    painter.drawText(10, 20, QStringLiteral("Value"));
  }
  QString figureCsv() const override { return QStringLiteral("a\r\n1\r\n"); }
  Json figureJson() const override { return {{"title", "flag"}}; }

 private:
  QSize m_size;
};

LineChartData line() {
  LineChartData data;
  data.title = QStringLiteral("Perplexity by window");
  data.xTitle = QStringLiteral("window");
  data.series = {{QStringLiteral("float"), {{0, 12}, {1, 14}, {2, 13}}, {1, 1, 1}, true}};
  return data;
}

}  // namespace

class FigureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pngHasTheScale() {
    const Flag flag({300, 120});
    for (const double scale : {1.0, 2.0, 3.5}) {
      const QByteArray bytes = figurePng(flag, scale);
      QVERIFY(bytes.startsWith("\x89PNG"));
      const QImage image = QImage::fromData(bytes, "PNG");
      QCOMPARE(image.size(), (QSizeF(300, 120) * scale).toSize());
      QCOMPARE(image.pixelColor(image.width() / 4, image.height() - 2), QColor(Qt::red));
      QCOMPARE(image.pixelColor(image.width() * 3 / 4, image.height() - 2), QColor(Qt::blue));
    }
    QCOMPARE(figureImage(flag, 2).devicePixelRatio(), 2.0);
  }

  void pictureTooLargeIsASentence() {
    try {
      figureImage(Flag({20000, 20000}), 4);
      QFAIL("expected an Error");
    } catch (const Error& error) {
      QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("80000 x 80000")));
      QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("smaller scale")));
    }
    QCOMPARE(figureImage(Flag({0, 0}), 1).size(), QSize(1, 1));
    QVERIFY(!figureImage(Flag({10, 10}), -3).isNull());
    QVERIFY(!figureImage(Flag({10, 10}), std::nan("")).isNull());
  }

  void svgIsReadBack() {
    const QByteArray bytes = figureSvg(Flag({300, 120}));
    QVERIFY(bytes.contains("<title>flag</title>"));
    QSvgRenderer renderer(bytes);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox(), QRect(0, 0, 300, 120));
    QImage image(300, 120, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    QCOMPARE(image.pixelColor(75, 100), QColor(Qt::red));
    QCOMPARE(image.pixelColor(225, 100), QColor(Qt::blue));
  }

  void pdfIsOnePageOfTheSize() {
    const QByteArray bytes = figurePdf(Flag({400, 200}));
    QVERIFY(bytes.startsWith("%PDF-"));
    QVERIFY(bytes.trimmed().endsWith("%%EOF"));
    QVERIFY(bytes.contains("/Count 1"));
    // 96 logical pixels are 72 points.
    QVERIFY(bytes.contains("/MediaBox [0 0 300 150]") || bytes.contains("/MediaBox [0 0 300.000000 150.000000]"));
  }

  void chartsAreVectors() {
    LineChart chart;
    chart.resize(500, 300);
    QVERIFY(!figureSvg(chart).isEmpty());   // empty state
    chart.setData(line());
    const QByteArray svg = figureSvg(chart);
    QVERIFY(svg.contains("Perplexity by window"));   // text stays text
    QVERIFY(!svg.contains("<image"));
    QVERIFY(QSvgRenderer(svg).isValid());
    QVERIFY(figurePdf(chart).size() > 1000);
    QCOMPARE(QImage::fromData(figurePng(chart, 2)).size(), QSize(1000, 600));
    // A figure is laid out for its own size, whatever the window has.
    QImage wide(900, 200, QImage::Format_RGB32);
    QPainter painter(&wide);
    chart.paintFigure(painter, wide.size());
    painter.end();
    QCOMPARE(wide.pixelColor(2, 2), wide.pixelColor(897, 197));
  }

  void theFigureOfAChildIsItsAncestor() {
    QWidget window;
    auto* chart = new LineChart(&window);
    auto* inside = chart->findChild<QLabel*>();
    QVERIFY(inside != nullptr);
    QCOMPARE(figureOf(inside), static_cast<Figure*>(chart));
    QCOMPARE(figureOf(chart), static_cast<Figure*>(chart));
    QVERIFY(figureOf(&window) == nullptr);
    QVERIFY(figureOf(nullptr) == nullptr);
  }
};

QTEST_MAIN(FigureTest)
#include "figure_test.moc"
