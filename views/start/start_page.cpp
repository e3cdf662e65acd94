#include "views/start/start_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "views/start/recent_delegate.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kMostWidth = 980, kButtonWidth = 250;

// "today, 14:05", else the date.
QString whenText(const QDateTime& when, const QLocale& locale) {
  if (!when.isValid()) return {};
  const auto local = when.toLocalTime();
  const auto days = local.date().daysTo(QDate::currentDate());
  const auto time = locale.toString(local.time(), QLocale::ShortFormat);
  if (days == 0) return StartPage::tr("today, %1").arg(time);
  if (days == 1) return StartPage::tr("yesterday, %1").arg(time);
  return locale.toString(local.date(), QLocale::ShortFormat);
}

QLabel* heading(const QString& text, double scale, bool bold) {
  auto* label = new QLabel(text);
  auto font = label->font();
  font.setPointSizeF(font.pointSizeF() * scale);
  font.setBold(bold);
  label->setFont(font);
  return label;
}

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent) {
  const auto button = [this](const QString& text, const QString& tip, void (StartPage::*asked)()) {
    auto* made = new QPushButton(text);
    made->setToolTip(tip);
    made->setMinimumWidth(kButtonWidth);
    made->setMinimumHeight(made->fontMetrics().height() + 18);
    connect(made, &QPushButton::clicked, this, asked);
    return made;
  };
  auto* ways = new QVBoxLayout;
  ways->setSpacing(kGap);
  ways->addWidget(heading(tr("Open"), 1.15, true));
  m_sample = button(tr("The &sample model"), tr("SmolLM2 135M, so small that everything is computed within a minute"),
                    &StartPage::openSampleRequested);
  ways->addWidget(button(tr("&Model file…"), tr("A .gguf or .safetensors file (Ctrl+O)"), &StartPage::openModelRequested));
  ways->addWidget(
      button(tr("Model &folder…"), tr("A folder with config.json and .safetensors files (Ctrl+Shift+O)"), &StartPage::openFolderRequested));
  ways->addWidget(
      button(tr("S&tudy…"), tr("An .h5 file with a recipe, runs and statistics that was saved here"), &StartPage::openStudyRequested));
  ways->addWidget(m_sample);
  m_drop = new QLabel(tr("or drop a model, a folder or a study anywhere in the window"));
  m_drop->setWordWrap(true);
  m_drop->setAlignment(Qt::AlignCenter);
  m_drop->setForegroundRole(QPalette::PlaceholderText);
  m_drop->setMinimumHeight(96);
  m_drop->setMaximumWidth(kButtonWidth);
  m_drop->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  m_drop->installEventFilter(this);
  ways->addSpacing(kGap);
  ways->addWidget(m_drop);
  ways->addStretch(1);

  m_recent = new QListWidget;
  m_recent->setItemDelegate(new RecentDelegate(m_recent));
  m_recent->setAccessibleName(tr("Recent studies and models"));
  m_recent->setFrameShape(QFrame::NoFrame);
  m_recent->viewport()->setAutoFillBackground(false);   // it lies on the page
  m_recent->setMouseTracking(true);
  m_recent->setUniformItemSizes(true);
  m_recent->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_recent->installEventFilter(this);
  connect(m_recent, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { chosen(m_recent->row(item)); });
  m_noRecent = new QLabel(tr("What you open is listed here."));
  m_noRecent->setForegroundRole(QPalette::PlaceholderText);
  auto* recent = new QVBoxLayout;
  recent->setSpacing(kGap);
  auto* recentHeading = heading(tr("&Recent"), 1.15, true);
  recentHeading->setBuddy(m_recent);
  recent->addWidget(recentHeading);
  recent->addWidget(m_noRecent, 1, Qt::AlignTop);
  recent->addWidget(m_recent, 1);
  m_recent->hide();

  auto* columns = new QHBoxLayout;
  columns->setSpacing(4 * kPanelMargin);
  columns->addLayout(ways);
  columns->addLayout(recent, 1);
  auto* middle = new QWidget;
  middle->setMaximumWidth(kMostWidth);
  auto* column = new QVBoxLayout(middle);
  column->setContentsMargins(2 * kPanelMargin, 3 * kPanelMargin, 2 * kPanelMargin, 2 * kPanelMargin);
  column->setSpacing(kGap / 2);
  column->addWidget(heading(tr("Bitscape"), 2.2, true));
  auto* purpose = new QLabel(tr("See where a language model resists quantization, change the recipe, measure what it costs."));
  purpose->setForegroundRole(QPalette::PlaceholderText);
  purpose->setWordWrap(true);
  column->addWidget(purpose);
  column->addSpacing(2 * kPanelMargin);
  column->addLayout(columns, 1);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addStretch(1);
  row->addWidget(middle, 100);
  row->addStretch(1);
  setAccessibleName(tr("Start page"));
}

void StartPage::setRecent(const QList<RecentEntry>& entries) {
  m_entries = entries;
  m_recent->clear();
  for (const auto& entry : entries) {
    auto* item = new QListWidgetItem(entry.title.isEmpty() ? entry.path.section(QLatin1Char('/'), -1) : entry.title, m_recent);
    const auto kind = entry.kind == RecentEntry::Study ? tr("study") : tr("model");
    item->setData(RecentDelegate::KindRole, kind);
    item->setData(RecentDelegate::PathRole, entry.path);
    item->setData(RecentDelegate::WhenRole, whenText(entry.opened, locale()));
    item->setData(RecentDelegate::MissingRole, entry.missing);
    item->setData(Qt::AccessibleTextRole, entry.missing.isEmpty()
                                              ? tr("%1, %2, %3").arg(item->text(), kind, entry.path)
                                              : tr("%1, %2, cannot be opened: %3").arg(item->text(), kind, entry.missing));
    item->setToolTip(entry.missing.isEmpty()
                         ? tr("%1\nReturn opens it, Delete removes it from this list.").arg(entry.path)
                         : tr("%1\nIt cannot be opened: %2. Delete removes it from this list.").arg(entry.path, entry.missing));
  }
  m_recent->setVisible(!entries.isEmpty());
  m_noRecent->setVisible(entries.isEmpty());
  if (!entries.isEmpty()) m_recent->setCurrentRow(0);
}

void StartPage::setSampleMissing(const QString& reason) {
  m_sample->setEnabled(reason.isEmpty());
  m_sample->setToolTip(reason.isEmpty() ? tr("SmolLM2 135M, so small that everything is computed within a minute")
                                        : tr("The sample model cannot be opened: %1").arg(reason));
}

void StartPage::setDropping(bool over) {
  m_drop->setProperty("over", over);
  m_drop->setForegroundRole(over ? QPalette::WindowText : QPalette::PlaceholderText);
  m_drop->update();
}

void StartPage::chosen(int row) {
  if (row < 0 || row >= m_entries.size() || !m_entries[row].missing.isEmpty()) return;
  Q_EMIT openRequested(m_entries[row].path);
}

bool StartPage::eventFilter(QObject* object, QEvent* event) {
  if (object == m_drop && event->type() == QEvent::Paint) {   // a dashed frame under the words
    const bool over = m_drop->property("over").toBool();
    QPainter painter(m_drop);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(palette().color(over ? QPalette::Highlight : QPalette::PlaceholderText), over ? 2 : 1, Qt::DashLine);
    auto ground = palette().color(QPalette::Highlight);
    ground.setAlpha(over ? 40 : 0);
    painter.setPen(pen);
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(m_drop->rect()).adjusted(1, 1, -1, -1), 6, 6);
    return false;
  }
  if (object == m_recent && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key(), row = m_recent->currentRow();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      chosen(row);
      return true;
    }
    if (key == Qt::Key_Delete && row >= 0 && row < m_entries.size()) {
      Q_EMIT forgetRequested(m_entries[row].path);
      return true;
    }
  }
  return QWidget::eventFilter(object, event);
}

}  // namespace bitscape
