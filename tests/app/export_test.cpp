// What leaves the window: pictures, numbers, the report; and the small things around it: message bar, hints.

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>
#include <QXmlStreamReader>

#include "app/figure_export.h"
#include "app/hints.h"
#include "app/html_report.h"
#include "app/message_bar.h"
#include "app/settings.h"
#include "core/base/error.h"

using namespace bitscape;

namespace {

class Square : public QWidget, public Figure {
 public:
  QString figureName() const override { return QStringLiteral("square"); }
  QSize figureSize() const override { return {120, 80}; }
  void paintFigure(QPainter& painter, const QSize& size) const override {
    painter.fillRect(QRect({}, size), Qt::white);
    painter.fillRect(QRect(0, 0, size.width() / 2, size.height()), QColor(200, 30, 40));
    painter.drawText(70, 40, QStringLiteral("A & B"));
  }
  QString figureCsv() const override { return numbers ? QStringLiteral("x,y\r\n1,0.5\r\n") : QString(); }
  Json figureJson() const override { return numbers ? Json{{"title", "square"}, {"values", {1, 0.5}}} : Json(); }
  QString valueText() const override { return QStringLiteral("0.5"); }
  bool numbers = true;
};

QByteArray bytesOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString sentenceOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

ReportContents exampleReport(const Figure& figure) {
  ReportContents contents;
  contents.title = QStringLiteral("SmolLM2 <135M> & w4a8");
  contents.made = QDateTime(QDate(2026, 11, 22), QTime(20, 30), Qt::UTC);
  contents.modelTitle = QStringLiteral("SmolLM2 135M");
  contents.modelPath = QStringLiteral("/data/my models/it's.gguf");
  contents.fingerprint = QStringLiteral("0123456789abcdef");
  contents.config.blocks = 30;
  contents.config.hidden = 576;
  contents.config.heads = 9;
  contents.config.kvHeads = 3;
  contents.config.headDim = 64;
  contents.config.ffn = 1536;
  contents.config.vocabulary = 49152;
  contents.recipe.plan = planFromName("w4a8");
  contents.recipe.plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a8");
  Run run;
  run.id = 3;
  run.plan = "w4a8";
  run.label = "propagated, fake-quant";
  run.backend = "fake";
  run.text = "/data/wiki.txt";
  run.windows = 8;
  run.length = 512;
  run.recipe = toJson(contents.recipe).dump();
  run.state = RunState::Done;
  run.report.windows = 8;
  run.report.ppl = 41.2345;
  run.report.pplStderr = 3.4567;
  run.report.pplFloat = 30.6408;
  run.report.klMean = 0.70634;
  run.report.klMedian = 0.54388;
  run.report.klP99 = 3.4814;
  run.report.top1 = 0.5410;
  run.report.bitsPerWeight = 4.03;
  run.report.tokensPerSecond = 293.1;
  run.report.backend = "fake";
  contents.runs = {run};
  Run broken;
  broken.id = 4;
  broken.plan = "w2";
  broken.state = RunState::Failed;
  broken.message = "the text \"a<b\" is gone";
  contents.runs.push_back(broken);
  contents.figures = {{QStringLiteral("A \"square\""), &figure}};
  contents.versions = versionsHere();
  return contents;
}

}  // namespace

class ExportTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("bitscape-export-test"));
    QSettings().clear();
  }

  void picturesAreSavedByTheirEnding() {
    const QTemporaryDir folder;
    const Square square;
    const auto at = [&](const char* name) { return folder.filePath(QString::fromLatin1(name)); };
    saveFigure(square, at("a.png"), 3);
    const QImage image(at("a.png"));
    QCOMPARE(image.size(), QSize(360, 240));
    QCOMPARE(image.pixelColor(90, 120), QColor(200, 30, 40));
    QCOMPARE(image.pixelColor(350, 10), QColor(Qt::white));
    saveFigure(square, at("a.SVG"));
    QVERIFY(bytesOf(at("a.SVG")).contains("<svg"));
    saveFigure(square, at("a.pdf"));
    QVERIFY(bytesOf(at("a.pdf")).startsWith("%PDF"));
    saveNumbers(square, at("a.csv"));
    QCOMPARE(bytesOf(at("a.csv")), QByteArray("x,y\r\n1,0.5\r\n"));
    saveNumbers(square, at("a.json"));
    QCOMPARE(Json::parse(bytesOf(at("a.json")).toStdString())["values"][1].get<double>(), 0.5);
  }

  void whatCannotBeSavedIsASentence() {
    const QTemporaryDir folder;
    Square square;
    QVERIFY(
        sentenceOf([&] { saveFigure(square, folder.filePath(QStringLiteral("a.bmp"))); }).contains(QStringLiteral(".png, .svg or .pdf")));
    QVERIFY(sentenceOf([&] { saveFigure(square, folder.filePath(QStringLiteral("a.png")), 9); }).contains(QStringLiteral("1 to 8")));
    QVERIFY(sentenceOf([&] { saveFigure(square, folder.filePath(QStringLiteral("none/a.png"))); }).contains(QStringLiteral("none")));
    square.numbers = false;
    QVERIFY(sentenceOf([&] { saveNumbers(square, folder.filePath(QStringLiteral("a.csv"))); }).contains(QStringLiteral("no numbers")));
    QVERIFY(sentenceOf([&] { saveNumbers(square, folder.filePath(QStringLiteral("a.json"))); }).contains(QStringLiteral("no numbers")));
    QVERIFY(QDir(folder.path()).isEmpty());
  }

  void aRightClickInsideAPictureOffersIt() {
    QWidget window;
    auto* square = new Square;
    auto* inside = new QWidget(square);   // as a chart's viewport is
    auto* other = new QLabel(QStringLiteral("no picture"));
    auto* column = new QVBoxLayout(&window);
    column->addWidget(square, 1);
    column->addWidget(other);
    FigureExport* figures = new FigureExport(window);
    window.resize(300, 200);
    window.show();
    inside->setGeometry(square->rect());
    const auto ask = [&](QWidget* target) {
      QContextMenuEvent event(QContextMenuEvent::Mouse, target->rect().center(), target->mapToGlobal(target->rect().center()));
      QApplication::sendEvent(target, &event);
      return qobject_cast<QMenu*>(QApplication::activePopupWidget());
    };
    QVERIFY(!ask(other));
    auto* menu = ask(inside);
    QVERIFY(menu);
    QCOMPARE(menu->actions().size(), 4);
    QCOMPARE(figures->current(), static_cast<Figure*>(square));
    menu->close();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy done(figures, &FigureExport::done);
    QTest::keyClick(&window, Qt::Key_C, Qt::ControlModifier);   // the only picture to be seen
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("0.5"));
    QTest::keyClick(&window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QApplication::clipboard()->image().size(), QSize(120, 80) * kScreenScale);
    QCOMPARE(done.count(), 2);
  }

  void theReportIsWholeAndStandsAlone() {
    const Square square;
    const auto html = htmlReport(exampleReport(square));
    QXmlStreamReader reader(html);
    QString text;
    QStringList images, styles;
    int tables = 0;
    while (!reader.atEnd()) {
      const auto token = reader.readNext();
      if (token == QXmlStreamReader::Characters) text += reader.text();
      if (token != QXmlStreamReader::StartElement) continue;
      tables += reader.name() == QLatin1String("table") ? 1 : 0;
      QVERIFY(reader.name() != QLatin1String("script") && reader.name() != QLatin1String("link") && reader.name() != QLatin1String("a"));
      if (reader.name() == QLatin1String("img")) images << reader.attributes().value(QLatin1String("src")).toString();
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QVERIFY(!html.contains("http:") && !html.contains("https:") && !html.contains("url("));
    QCOMPARE(images.size(), 1);
    QVERIFY(images[0].startsWith(QStringLiteral("data:image/svg+xml;base64,")));
    QVERIFY(QByteArray::fromBase64(images[0].mid(26).toLatin1()).contains("<svg"));
    QVERIFY(tables >= 4);
    for (const char* value : {"SmolLM2 <135M> & w4a8", "0123456789abcdef", "576, feed-forward 1536", "w4a8", "block 1, down",
                              "propagated, fake-quant", "41.2345 ± 3.4567", "30.6408", "0.70634", "0.54388", "3.4814", "54.10 %", "293.1",
                              "the text \"a<b\" is gone", "A \"square\"", "\"bitscape_recipe\": 1", BITSCAPE_VERSION,
                              "bitscape eval '/data/my models/it'\\''s.gguf' --text /data/wiki.txt --windows 8 --length 512 --recipe "
                              "recipe.json --backend fake"}) {
      QVERIFY2(text.contains(QString::fromUtf8(value)), value);
    }
  }

  void theCommandOfAFloatRunNeedsNoRecipe() {
    Run run;
    run.plan = "float";
    run.text = "a.txt";
    run.length = 2048;
    QCOMPARE(reproducingCommand(run, QStringLiteral("m.gguf"), {}), QStringLiteral("bitscape eval m.gguf --text a.txt --length 2048"));
  }

  void aMessageActsOnce() {
    MessageBar bar;
    QSignalSpy told(&bar, &MessageBar::told);
    int acted = 0;
    bar.tell(MessageSeverity::Error, QStringLiteral("cannot save: the disk is full"), QStringLiteral("Save as…"), [&] { ++acted; });
    QVERIFY(bar.isVisibleTo(nullptr) || !bar.isHidden());
    QVERIFY(!bar.actionButton()->isHidden());
    QVERIFY(bar.accessibleName().contains(QStringLiteral("the disk is full")));
    bar.actionButton()->click();
    bar.actionButton()->click();
    QCOMPARE(acted, 1);
    QVERIFY(bar.isHidden());
    bar.tell(MessageSeverity::Information, QStringLiteral("recovered"));
    QVERIFY(bar.actionButton()->isHidden());
    QTest::keyClick(&bar, Qt::Key_Escape);
    QVERIFY(bar.isHidden());
    QCOMPARE(told.count(), 2);
  }

  void hintsAreDismissedForEver() {
    QWidget area;
    area.resize(900, 600);
    auto* card = Hints::showOnce(area);
    QVERIFY(card);
    QCOMPARE(Hints::showOnce(area), card);
    QVERIFY(area.rect().contains(card->geometry()));
    for (auto* label : card->findChildren<QLabel*>()) QVERIFY(label->height() >= label->heightForWidth(label->width()));
    card->findChild<QPushButton*>()->click();
    QVERIFY(card->isHidden());
    QVERIFY(settings::hintsDismissed());
    QVERIFY(!Hints::showOnce(area));
  }
};

QTEST_MAIN(ExportTest)
#include "export_test.moc"
