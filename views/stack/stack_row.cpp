#include "views/stack/stack_row.h"

#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "views/jobs/elided_label.h"
#include "views/jobs/glyph_button.h"
#include "views/stack/param_form.h"
#include "views/stack/stack_words.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kGrip = 14;  // the column of dots at the left
constexpr double kRound = 4;
constexpr int kDarkCard = 122;  // percent of the window's lightness

QString q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

StackRow::StackRow(const StackEntry& entry, QWidget* parent) : QFrame(parent), m_entry(entry), m_pass(findPass(entry.pass)) {
  setFocusPolicy(Qt::StrongFocus);
  m_enabled = new QCheckBox;
  m_title = new QLabel;
  auto bold = m_title->font();
  bold.setWeight(QFont::DemiBold);
  m_title->setFont(bold);
  m_summary = new ElidedLabel;
  m_summary->setForegroundRole(QPalette::PlaceholderText);
  m_chevron = new GlyphButton(Glyph::Down);
  m_more = new GlyphButton(Glyph::More);
  m_more->setTip(tr("Move, duplicate, remove"));
  auto* head = new QHBoxLayout;
  head->setSpacing(kGap / 2);
  head->addWidget(m_enabled);
  head->addWidget(m_title);
  head->addWidget(m_summary, 1);
  head->addWidget(m_chevron);
  head->addWidget(m_more);
  m_line = new ToneLabel;
  m_line->setContentsMargins(2, 0, kGap, 0);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kGrip, 3, 3, 5);
  column->setSpacing(2);
  column->addLayout(head);
  column->addWidget(m_line);
  for (QWidget* label : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_line)})
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
  m_summary->setAttribute(Qt::WA_TransparentForMouseEvents);
  if (m_pass && !m_pass->parameters.empty()) {
    m_form = new ParamForm(m_pass->parameters);
    m_form->setContentsMargins(2, 4, kGap / 2, 2);
    m_form->setValues(m_entry.parameters);
    m_form->hide();
    column->addWidget(m_form);
    connect(m_form, &ParamForm::edited, this, &StackRow::parameterEdited);
    connect(m_form, &ParamForm::gestureChanged, this, &StackRow::gestureChanged);
  }
  m_chevron->setVisible(m_form != nullptr);
  buildMenu();
  connect(m_enabled, &QCheckBox::toggled, this, &StackRow::enabledChanged);
  connect(m_chevron, &QToolButton::clicked, this, [this] { setOpen(!m_open); });
  connect(m_more, &QToolButton::clicked, this, [this] { m_menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
  show();
}

void StackRow::buildMenu() {
  m_menu = new QMenu(this);
  const auto add = [this](const QString& text, const char* keys, Ask what) {
    return m_menu->addAction(text + QLatin1Char('\t') + QKeySequence(QLatin1String(keys)).toString(QKeySequence::NativeText), this,
                             [this, what] { Q_EMIT asked(what); });
  };
  m_up = add(tr("Move &up"), "Alt+Up", Ask::Up);
  m_down = add(tr("Move &down"), "Alt+Down", Ask::Down);
  m_menu->addSeparator();
  add(tr("D&uplicate"), "Ctrl+D", Ask::Duplicate);
  m_defaults = m_menu->addAction(tr("Settings to their &defaults"), this, [this] { Q_EMIT asked(Ask::Defaults); });
  m_menu->addSeparator();
  add(tr("&Remove"), "Del", Ask::Remove);
}

QString StackRow::title() const { return m_pass ? q(m_pass->title) : q(m_entry.pass); }

QString StackRow::summary() const {
  QStringList parts;
  if (!m_pass) return {};
  for (const auto& spec : m_pass->parameters) {
    const auto given = m_entry.parameters.find(spec.id);
    if (given != m_entry.parameters.end() && *given != fallbackOf(spec))
      parts << tr("%1 %2").arg(q(spec.title).toLower(), parameterText(*given));
  }
  return parts.join(QStringLiteral(", "));
}

void StackRow::setEntry(const StackEntry& entry) {
  if (m_form) m_form->setValues(entry.parameters);  // even when it is as before: an edit may have been refused
  if (entry == m_entry && m_enabled->isChecked() == entry.enabled) return;
  m_entry = entry;
  show();
}

void StackRow::setPlace(int index, int count) {
  m_up->setEnabled(index > 0);
  m_down->setEnabled(index + 1 < count);
  if (m_index == index && !m_title->text().isEmpty()) return;
  m_index = index;
  show();
}

void StackRow::setOutcome(const EntryOutcome* outcome, bool computing, const ModelConfig* config) {
  m_outcome = outcome ? std::optional(*outcome) : std::nullopt;
  m_config = config ? std::optional(*config) : std::nullopt;
  m_computing = computing;
  show();
}

void StackRow::setOpen(bool open) {
  if (!m_form || open == m_open) return;
  m_open = open;
  m_form->setVisible(open);
  show();
}

void StackRow::setLifted(bool lifted) {
  m_lifted = lifted;
  update();
}

void StackRow::show() {
  {
    const QSignalBlocker silent(m_enabled);
    m_enabled->setChecked(m_entry.enabled);
  }
  const auto* outcome = m_outcome ? &*m_outcome : nullptr;
  m_title->setText(tr("%1. %2").arg(m_index + 1).arg(title()));
  m_title->setEnabled(m_entry.enabled && m_pass != nullptr);
  m_summary->setText(m_open ? QString() : summary());
  m_chevron->setGlyph(m_open ? Glyph::Up : Glyph::Down);
  m_chevron->setTip(m_open ? tr("Hide the settings") : tr("Show the settings"));
  m_enabled->setAccessibleName(tr("Use %1").arg(title()));
  m_enabled->setToolTip(m_entry.enabled ? tr("Leave this step out") : tr("Use this step"));
  m_defaults->setEnabled(!m_entry.parameters.empty());
  const auto words = rowWords(m_entry, outcome, m_computing, m_open, m_config ? &*m_config : nullptr);
  m_line->say(words.line, words.tone);
  if (m_form) m_form->setFaults(outcome && m_entry.enabled ? outcome->faults : std::vector<Issue>{});
  setToolTip(rowDetails(m_entry, outcome));
  setAccessibleName(m_title->text());
  setAccessibleDescription(QStringList{m_line->text(), summary()}.join(QLatin1Char(' ')));
  update();
}

bool StackRow::isOnForm(const QPoint& point) const { return m_open && point.y() >= m_form->y(); }

void StackRow::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto theme = themeOf(palette());
  const bool marked = hasFocus() || m_lifted;
  QPen edge(marked ? theme.accent : palette().color(QPalette::Mid), marked ? 1.6 : 1);
  if (m_lifted) edge.setStyle(Qt::DashLine);
  painter.setPen(edge);
  // In the dark a card is lighter than the fields on it, which have no edge there.
  const auto card = theme.dark ? palette().color(QPalette::Window).lighter(kDarkCard) : palette().color(QPalette::Base);
  painter.setBrush(m_lifted ? palette().color(QPalette::Button) : card);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.8, 0.8, -0.8, -0.8), kRound, kRound);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.axis);
  const double middle = m_enabled->geometry().center().y() + 0.5;
  for (const double dy : {-5.0, 0.0, 5.0}) {
    for (const double x : {5.0, 9.0}) painter.drawEllipse(QPointF(x, middle + dy), 1.2, 1.2);
  }
}

void StackRow::keyPressEvent(QKeyEvent* event) {
  const auto ask = [this](Ask what) { Q_EMIT asked(what); };
  const bool alt = event->modifiers().testFlag(Qt::AltModifier);
  switch (event->key()) {
    case Qt::Key_Up:
      return ask(alt ? Ask::Up : Ask::FocusUp);
    case Qt::Key_Down:
      return ask(alt ? Ask::Down : Ask::FocusDown);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
      return ask(Ask::Remove);
    case Qt::Key_Space:
      return m_enabled->toggle();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return setOpen(!m_open);
    case Qt::Key_Right:
      return setOpen(true);
    case Qt::Key_Left:
      return setOpen(false);
    case Qt::Key_D:
      if (event->modifiers().testFlag(Qt::ControlModifier)) return ask(Ask::Duplicate);
      break;
    case Qt::Key_Escape:
      if (m_dragging) {
        m_dragging = false;
        m_pressed.reset();
        unsetCursor();
        Q_EMIT dragEnded(false);
        return;
      }
      break;
    default:
      break;
  }
  QFrame::keyPressEvent(event);
}

void StackRow::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || isOnForm(event->position().toPoint())) return QFrame::mousePressEvent(event);
  m_pressed = event->position().toPoint();
  m_dragging = false;
}

void StackRow::mouseMoveEvent(QMouseEvent* event) {
  if (!m_pressed) return;
  if (!m_dragging && (event->position().toPoint() - *m_pressed).manhattanLength() < QApplication::startDragDistance()) return;
  if (!m_dragging) setCursor(Qt::ClosedHandCursor);
  m_dragging = true;
  Q_EMIT dragMoved(event->globalPosition().toPoint());
}

void StackRow::mouseReleaseEvent(QMouseEvent* event) {
  if (!m_pressed || event->button() != Qt::LeftButton) return;
  m_pressed.reset();
  if (m_dragging) {
    m_dragging = false;
    unsetCursor();
    Q_EMIT dragEnded(true);
  } else {
    setOpen(!m_open);
  }
}

void StackRow::contextMenuEvent(QContextMenuEvent* event) {
  if (isOnForm(event->pos()) && event->reason() == QContextMenuEvent::Mouse) return QFrame::contextMenuEvent(event);
  m_menu->popup(event->globalPos());
}

void StackRow::focusInEvent(QFocusEvent* event) {
  QFrame::focusInEvent(event);
  update();
}

void StackRow::focusOutEvent(QFocusEvent* event) {
  QFrame::focusOutEvent(event);
  update();
}

}  // namespace bitscape
