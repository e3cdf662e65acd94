#include "views/log/message_log.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "views/style/theme.h"

namespace bitscape {
namespace {

enum Column { Time, Sign, Sentence };
constexpr int kSeverityRole = Qt::UserRole, kWhenRole = Qt::UserRole + 1;

QColor colourOf(MessageSeverity severity, const QPalette& palette) {
  const auto theme = themeOf(palette);
  return severity == MessageSeverity::Error ? theme.bad : severity == MessageSeverity::Warning ? theme.fair : theme.accent;
}

MessageSeverity severityOf(const QTreeWidgetItem& row) {
  return static_cast<MessageSeverity>(row.data(Sign, kSeverityRole).toInt());
}

}  // namespace

QString severityText(MessageSeverity severity) {
  switch (severity) {
    case MessageSeverity::Information: return MessageLog::tr("Information");
    case MessageSeverity::Warning: return MessageLog::tr("Warning");
    case MessageSeverity::Error: return MessageLog::tr("Error");
  }
  return {};
}

QString severitySign(MessageSeverity severity) {
  if (severity == MessageSeverity::Error) return QStringLiteral("✕");
  return severity == MessageSeverity::Warning ? QStringLiteral("!") : QStringLiteral("i");
}

MessageLog::MessageLog(QWidget* parent) : QWidget(parent) {
  m_rows = new QTreeWidget(this);
  m_rows->setAccessibleName(tr("Log"));
  m_rows->setHeaderLabels({tr("Time"), tr("Severity"), tr("Message")});
  m_rows->setRootIsDecorated(false);
  m_rows->setFrameShape(QFrame::NoFrame);
  m_rows->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_rows->setAlternatingRowColors(true);
  m_rows->header()->setSectionResizeMode(Time, QHeaderView::ResizeToContents);
  m_rows->header()->setSectionResizeMode(Sign, QHeaderView::ResizeToContents);
  m_rows->header()->setStretchLastSection(true);
  m_rows->setContextMenuPolicy(Qt::ActionsContextMenu);
  m_rows->installEventFilter(this);
  auto* copySelected = new QAction(tr("&Copy"), this);
  connect(copySelected, &QAction::triggered, this, &MessageLog::copy);
  auto* clearAll = new QAction(tr("C&lear the log"), this);
  connect(clearAll, &QAction::triggered, this, &MessageLog::clear);
  m_rows->addActions({copySelected, clearAll});
  auto* empty = new QLabel(tr("Nothing to report."));
  empty->setForegroundRole(QPalette::PlaceholderText);
  empty->setContentsMargins(kGap, kGap / 2, kGap, 0);
  m_empty = empty;
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_empty, 1, Qt::AlignTop);
  column->addWidget(m_rows, 1);
  m_rows->hide();
}

void MessageLog::add(MessageSeverity severity, const QString& sentence, const QDateTime& when) {
  auto* scroll = m_rows->verticalScrollBar();
  const bool atEnd = scroll->value() == scroll->maximum();
  auto* row = new QTreeWidgetItem;
  row->setText(Time, locale().toString(when.time(), QStringLiteral("HH:mm:ss")));
  row->setToolTip(Time, locale().toString(when, QLocale::LongFormat));
  row->setData(Time, kWhenRole, when);
  row->setText(Sign, severitySign(severity) + QLatin1Char(' ') + severityText(severity));
  row->setData(Sign, kSeverityRole, static_cast<int>(severity));
  row->setForeground(Sign, colourOf(severity, palette()));
  const auto metrics = m_rows->fontMetrics();
  row->setSizeHint(Time, {metrics.horizontalAdvance(QStringLiteral("00:00:00")) + 2 * kGap, metrics.height() + kGap / 2});
  row->setText(Sentence, sentence);
  row->setToolTip(Sentence, sentence);
  for (int column = Time; column <= Sentence; ++column) row->setTextAlignment(column, Qt::AlignLeft | Qt::AlignVCenter);
  m_rows->addTopLevelItem(row);
  while (m_rows->topLevelItemCount() > kKept) delete m_rows->takeTopLevelItem(0);
  m_empty->hide();
  m_rows->show();
  if (atEnd) m_rows->scrollToBottom();
}

void MessageLog::clear() {
  m_rows->clear();
  m_rows->hide();
  m_empty->show();
}

int MessageLog::count() const {
  return m_rows->topLevelItemCount();
}

QString MessageLog::text(bool selectedOnly) const {
  QStringList lines;
  for (int i = 0; i < count(); ++i) {
    const auto& row = *m_rows->topLevelItem(i);
    if (selectedOnly && !row.isSelected()) continue;
    lines << row.data(Time, kWhenRole).toDateTime().toString(Qt::ISODate) + QLatin1Char('\t') + severityText(severityOf(row)) +
                 QLatin1Char('\t') + row.text(Sentence);
  }
  return lines.join(QLatin1Char('\n'));
}

void MessageLog::copy() {
  QGuiApplication::clipboard()->setText(text(!m_rows->selectedItems().isEmpty()));
}

// The view itself would copy one cell.
bool MessageLog::eventFilter(QObject* object, QEvent* event) {
  if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress) return QWidget::eventFilter(object, event);
  auto* key = static_cast<QKeyEvent*>(event);
  if (!key->matches(QKeySequence::Copy)) return QWidget::eventFilter(object, event);
  if (event->type() == QEvent::KeyPress) copy();
  event->accept();
  return true;
}

void MessageLog::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange || !m_rows) return;
  for (int i = 0; i < count(); ++i) {
    auto* row = m_rows->topLevelItem(i);
    row->setForeground(Sign, colourOf(severityOf(*row), palette()));
  }
}

}  // namespace bitscape
