#include "views/stack/stack_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "core/study/presets.h"
#include "views/jobs/elided_label.h"
#include "views/jobs/glyph_button.h"
#include "views/stack/empty_stack.h"
#include "views/stack/rounding_box.h"
#include "views/stack/stack_edit.h"
#include "views/stack/stack_menu.h"
#include "views/stack/stack_words.h"
#include "views/stack/tone_label.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kFirstKind = -2;  // counted down: never a kind of another panel's edits, never -1 (which merges with nothing)

QString q(const std::string& text) { return QString::fromStdString(text); }

// Of a file, whatever its folder.
QString nameOf(const QString& path) { return path.section(QLatin1Char('/'), -1); }

QString titleOf(const StackEntry& entry) {
  const auto* pass = findPass(entry.pass);
  return q(pass ? pass->title : entry.pass);
}

QString calibrationText(const CorpusOptions& text) {
  const auto file = nameOf(q(text.path));
  const QLocale locale;
  if (!text.windows) return StackPanel::tr("%1, windows of %2").arg(file, locale.toString(static_cast<qlonglong>(text.length)));
  return StackPanel::tr("%1, %2 × %3 tokens")
      .arg(file, locale.toString(static_cast<qlonglong>(*text.windows)), locale.toString(static_cast<qlonglong>(text.length)));
}

}  // namespace

StackPanel::StackPanel(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, kGap, 0, 0);
  column->setSpacing(0);
  buildHead();
  buildBody();
  buildFoot();
  wireList();
  setAccessibleName(tr("Stack"));
  setModel(nullptr);
  setRecipe({});
}

void StackPanel::buildHead() {
  m_method = new QPushButton(tr("&Method"));
  m_method->setToolTip(tr("Sets stack, grids, rounding and propagation as a paper does, for the bits of this recipe"));
  auto* methodMenu = new QMenu(m_method);
  fillMethodMenu(
      *methodMenu, [this](const Method& method) { useMethod(method); }, [this](const Preset& preset) { usePreset(preset); });
  m_method->setMenu(methodMenu);
  m_step = new QPushButton(tr("&Add step"));
  m_step->setToolTip(tr("Adds one step at the end of the stack"));
  auto* stepMenu = new QMenu(m_step);
  fillStepMenu(*stepMenu, [this](const Pass& pass) { addStep(pass); });
  m_step->setMenu(stepMenu);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(kPanelMargin, 0, kPanelMargin, kGap);
  head->setSpacing(kGap);
  head->addWidget(m_method, 1);
  head->addWidget(m_step, 1);
  static_cast<QVBoxLayout*>(layout())->addLayout(head);
}

void StackPanel::buildBody() {
  m_empty = new EmptyStack;
  m_list = new StackList;
  m_list->setTabAfter(m_step);
  m_rounding = new RoundingBox;
  m_propagate = new QCheckBox(tr("&Propagate"));
  m_propagate->setToolTip(
      tr("Solves each block on what the quantized blocks before it leave, by running them again: exact, but slower. Otherwise the float "
         "model's "
         "statistics are pushed through the stack."));
  auto* label = new ToneLabel;
  label->say(tr("Calibration text"), ToneLabel::Tone::Plain);
  m_calibration = new ElidedLabel(nullptr, Qt::ElideMiddle);
  m_calibration->setForegroundRole(QPalette::PlaceholderText);
  m_choose = new QPushButton(tr("&Choose…"));
  m_choose->setToolTip(
      tr("The text whose statistics the steps and the rounding use when the recipe is evaluated or exported: 32 windows of 2,048 tokens"));
  m_noCalibration = new GlyphButton(Glyph::Cross);
  m_noCalibration->setTip(tr("Use no calibration text"));
  auto* text = new QHBoxLayout;
  text->addWidget(m_calibration, 1);
  text->addWidget(m_noCalibration);
  text->addWidget(m_choose);
  auto* content = new QWidget;
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(kPanelMargin, 0, kGap, kPanelMargin);
  column->setSpacing(kGap);
  for (QWidget* part : {static_cast<QWidget*>(m_empty), static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_rounding),
                        static_cast<QWidget*>(m_propagate), static_cast<QWidget*>(label)}) {
    column->addWidget(part);
  }
  column->addLayout(text);
  column->addStretch(1);
  m_scroll = new QScrollArea;
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_scroll->setFocusPolicy(Qt::NoFocus);
  m_scroll->setWidget(content);
  content->installEventFilter(this);
  static_cast<QVBoxLayout*>(layout())->addWidget(m_scroll, 1);
}

// The dock is never narrower than what it holds: forms that are opened may need more than the rows did.
bool StackPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::LayoutRequest && watched == m_scroll->widget()) {
    m_scroll->setMinimumWidth(m_scroll->widget()->minimumSizeHint().width() + m_scroll->verticalScrollBar()->sizeHint().width());
  }
  return QWidget::eventFilter(watched, event);
}

void StackPanel::buildFoot() {
  m_notes = new ToneLabel(ToneLabel::Tone::Warning);
  m_totals = new ToneLabel(ToneLabel::Tone::Plain);
  m_state = new ToneLabel;
  auto* line = new QFrame;
  line->setFrameShape(QFrame::HLine);
  line->setForegroundRole(QPalette::Mid);
  line->setFrameShadow(QFrame::Plain);
  layout()->addWidget(line);
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(kPanelMargin, kGap / 2, kPanelMargin, kGap);
  foot->setSpacing(2);
  for (auto* label : {m_notes, m_totals, m_state}) foot->addWidget(label);
  static_cast<QVBoxLayout*>(layout())->addLayout(foot);
}

void StackPanel::wireList() {
  connect(m_empty, &EmptyStack::methodChosen, this, [this](const QString& id) { useMethod(methodNamed(id.toStdString())); });
  connect(m_list, &StackList::asked, this, &StackPanel::answer);
  connect(m_list, &StackList::moved, this, [this](std::size_t from, std::size_t to) {
    Q_EMIT edited(tr("move %1").arg(titleOf(m_recipe.stack[from])), withMoved(m_recipe, from, to), 0);
    m_list->focusRow(to);
  });
  connect(m_list, &StackList::enabledChanged, this, [this](std::size_t index, bool on) {
    const auto title = titleOf(m_recipe.stack[index]);
    Q_EMIT edited(on ? tr("use %1").arg(title) : tr("leave out %1").arg(title), withEnabled(m_recipe, index, on), 0);
  });
  connect(m_list, &StackList::parameterEdited, this, [this](std::size_t index, const ParamSpec& spec, const Json& value) {
    const auto title = tr("%1: %2 %3").arg(titleOf(m_recipe.stack[index]), q(spec.title).toLower(), parameterText(value));
    const auto kind = kindOf(QStringLiteral("%1/%2").arg(index).arg(q(spec.id)));
    Q_EMIT edited(title, withParameter(m_recipe, index, spec, value), kind);
  });
  connect(m_rounding, &RoundingBox::chosen, this, [this](const QString& id) {
    if (id == q(m_recipe.rounding.id)) return;
    Q_EMIT edited(tr("round with %1").arg(m_rounding->combo()->currentText()), withRounding(m_recipe, id.toStdString()), 0);
  });
  connect(m_rounding, &RoundingBox::edited, this, [this](const ParamSpec& spec, const Json& value) {
    const auto title = tr("rounding: %1 %2").arg(q(spec.title).toLower(), parameterText(value));
    Q_EMIT edited(title, withRoundingParameter(m_recipe, spec, value), kindOf(QStringLiteral("rounding/%1").arg(q(spec.id))));
  });
  connect(m_list, &StackList::gestureChanged, this, [this] { ++m_gesture; });
  connect(m_rounding, &RoundingBox::gestureChanged, this, [this] { ++m_gesture; });
  connect(m_propagate, &QCheckBox::toggled, this, [this](bool on) {
    auto next = m_recipe;
    next.propagate = on;
    Q_EMIT edited(on ? tr("propagate") : tr("do not propagate"), next, 0);
  });
  connect(m_choose, &QPushButton::clicked, this, &StackPanel::chooseCalibrationRequested);
  connect(m_noCalibration, &QToolButton::clicked, this, [this] { setCalibration({}); });
}

// Edits of one thing merge until another is edited or a drag begins or ends.
int StackPanel::kindOf(const QString& what) {
  if (what != m_gestureOf) ++m_gesture;
  m_gestureOf = what;
  return kFirstKind - m_gesture;
}

void StackPanel::useMethod(const Method& method) {
  if (!m_config) return;
  try {
    Q_EMIT edited(tr("method %1").arg(q(method.title)), withSetup(m_recipe, method, *m_config), 0);
  } catch (const Error& error) {
    Q_EMIT failed(q(error.what()));
  }
}

void StackPanel::usePreset(const Preset& preset) {
  if (!m_config) return;
  try {
    Q_EMIT edited(q(preset.title), withPreset(m_recipe, preset, *m_config), 0);
  } catch (const Error& error) {
    Q_EMIT failed(q(error.what()));
  }
}

void StackPanel::addStep(const Pass& pass) {
  const auto at = m_recipe.stack.size();
  Q_EMIT edited(tr("add %1").arg(q(pass.title)), withEntry(m_recipe, {.pass = pass.id}, at), 0);
  if (m_list->rows().size() <= at) return;  // it was refused
  m_list->rows()[at]->setOpen(true);
  m_list->focusRow(at);
}

void StackPanel::answer(std::size_t index, StackRow::Ask what) {
  using Ask = StackRow::Ask;
  if (index >= m_recipe.stack.size()) return;
  const auto title = titleOf(m_recipe.stack[index]);
  switch (what) {
    case Ask::Up:
    case Ask::Down: {
      if (what == Ask::Up ? index == 0 : index + 1 >= m_recipe.stack.size()) return;
      const auto to = what == Ask::Up ? index - 1 : index + 1;
      Q_EMIT edited(tr("move %1").arg(title), withMoved(m_recipe, index, to), 0);
      return m_list->focusRow(to);
    }
    case Ask::Duplicate:
      Q_EMIT edited(tr("duplicate %1").arg(title), withDuplicate(m_recipe, index), 0);
      return m_list->focusRow(index + 1);
    case Ask::Remove:
      Q_EMIT edited(tr("remove %1").arg(title), withoutEntry(m_recipe, index), 0);
      return m_recipe.stack.empty() ? m_step->setFocus() : m_list->focusRow(index);
    case Ask::Defaults:
      Q_EMIT edited(tr("defaults of %1").arg(title), withDefaults(m_recipe, index), 0);
      return;
    default:
      return;
  }
}

void StackPanel::setCalibration(const QString& path) {
  auto next = m_recipe;
  next.calibration = path.isEmpty() ? std::nullopt : std::optional(usualCalibration(path.toStdString()));
  if (next == m_recipe) return;
  Q_EMIT edited(path.isEmpty() ? tr("no calibration text") : tr("calibration text %1").arg(nameOf(path)), next, 0);
}

void StackPanel::setModel(const ModelConfig* config) {
  m_config = config ? std::optional(*config) : std::nullopt;
  setEnabled(config != nullptr);
  setOutcome({});
}

void StackPanel::setRecipe(const Recipe& recipe) {
  m_recipe = recipe;
  m_empty->setVisible(recipe.stack.empty());
  m_list->setVisible(!recipe.stack.empty());
  m_list->setStack(recipe.stack);
  m_rounding->setChoice(recipe.rounding);
  const QSignalBlocker silent(m_propagate);
  m_propagate->setChecked(recipe.propagate);
  m_calibration->setText(recipe.calibration ? calibrationText(*recipe.calibration) : tr("none"));
  m_noCalibration->setVisible(recipe.calibration.has_value());
}

void StackPanel::setOutcome(const StackOutcome& outcome) {
  m_outcome = outcome;
  m_list->setOutcome(outcome, m_config ? &*m_config : nullptr);
  m_rounding->setFaults(outcome.rounding);
  showState();
}

void StackPanel::showState() {
  QStringList notes;
  for (const auto& note : m_outcome.notes) notes << q(note);
  const bool failed = m_outcome.state == StackOutcome::State::None;  // else they say what the numbers leave out, or what is waited for
  m_notes->say(notes.join(QLatin1Char('\n')), failed ? ToneLabel::Tone::Warning : ToneLabel::Tone::Muted);
  m_totals->say(m_config ? totalWords(m_outcome, *m_config) : tr("Open a model to build its stack."), ToneLabel::Tone::Plain);
  m_state->say(stateWords(m_outcome), ToneLabel::Tone::Muted);
  m_state->setToolTip(stateMeaning(m_outcome.state));
}

}  // namespace bitscape
