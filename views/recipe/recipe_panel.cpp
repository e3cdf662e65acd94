#include "views/recipe/recipe_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <algorithm>

#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kFloatPosition = 9;  // of a slider whose other positions are the bits 1..8
constexpr std::int64_t kGroups[] = {0, 32, 64, 128, 256};
enum Kind { OfWeight = 1, OfInput, OfHead, OfClip, OfOwn, KindCount };  // what a drag changes

int positionOf(int bits) { return bits > 8 ? kFloatPosition : bits; }
int bitsOf(int position) { return position == kFloatPosition ? 16 : position; }
QString bitsText(int bits) {
  if (bits > 8) return RecipePanel::tr("float");
  return bits == 1 ? RecipePanel::tr("1 bit") : RecipePanel::tr("%1 bits").arg(bits);
}

QString groupText(std::int64_t group) { return group == 0 ? RecipePanel::tr("output channel") : RecipePanel::tr("group of %1").arg(group); }

}  // namespace

RecipePanel::RecipePanel(Selection& selection, QWidget* parent) : QWidget(parent), m_selection(selection) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kPanelMargin, kGap, kPanelMargin, kPanelMargin);
  column->setSpacing(kGap);
  m_name = new QLabel;
  auto large = m_name->font();
  large.setPointSizeF(large.pointSizeF() * 1.25);
  large.setBold(true);
  m_name->setFont(large);
  m_size = new QLabel;
  m_size->setWordWrap(true);
  m_size->setToolTip(
      tr("Bits per weight count codes, scales and zero points of the blocks' linears. The size adds embedding, head and norms."));
  column->addWidget(m_name);
  column->addWidget(m_size);
  buildUniform(column);
  buildOwn(column);
  column->addStretch(1);
  connect(&m_selection, &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.linear == before.linear) return;
    ++m_gesture;  // the next linear's bits are another edit
    show();
  });
  setModel(nullptr);
}

RecipePanel::BitRow RecipePanel::addBits(QFormLayout* form, const QString& title, const QString& name, const QString& meaning) {
  auto* slider = new QSlider(Qt::Horizontal);
  slider->setRange(1, kFloatPosition);
  slider->setPageStep(1);
  slider->setTickPosition(QSlider::TicksBelow);
  slider->setTickInterval(1);
  slider->setAccessibleName(name);
  slider->setToolTip(meaning);
  auto* value = new QLabel;
  value->setMinimumWidth(std::max(fontMetrics().horizontalAdvance(bitsText(8)), fontMetrics().horizontalAdvance(bitsText(16))) + kGap);
  auto* row = new QHBoxLayout;
  row->addWidget(slider, 1);
  row->addWidget(value);
  auto* label = new QLabel(title);
  label->setBuddy(slider);
  form->addRow(label, row);
  separateDrags(slider);
  return {slider, value};
}

// A drag is one edit: neither an earlier drag nor key strokes before or after it merge with it.
void RecipePanel::separateDrags(QSlider* slider) {
  for (const auto signal : {&QSlider::sliderPressed, &QSlider::sliderReleased}) connect(slider, signal, this, [this] { ++m_gesture; });
}

void RecipePanel::buildUniform(QVBoxLayout* column) {
  auto* box = new QGroupBox(tr("All linears"));
  auto* form = new QFormLayout(box);
  const auto weight = addBits(form, tr("&Weights"), tr("Bits of the weights"),
                              tr("Bits of a stored weight. 8 is nearly free, 4 needs care, 2 needs a method that helps."));
  m_weight = weight.slider;
  m_weightText = weight.value;
  const auto input = addBits(form, tr("&Inputs"), tr("Bits of the inputs"),
                             tr("Bits of an activation, rounded per token while the model runs. Outliers make 4 hard."));
  m_input = input.slider;
  m_inputText = input.value;
  const auto head = addBits(form, tr("&Q, K, V"), tr("Bits of queries, keys and values"),
                            tr("Bits of the queries, keys and values in the attention, rounded per token and head: what the cache holds."));
  m_head = head.slider;
  m_headText = head.value;
  m_group = new QComboBox;
  m_group->setToolTip(tr("How many weights share a scale. Smaller groups are more exact and cost 16 bits each."));
  auto* group = new QLabel(tr("Scale &per"));
  group->setBuddy(m_group);
  form->addRow(group, m_group);
  m_clip = new QSlider(Qt::Horizontal);
  m_clip->setRange(50, 100);
  m_clip->setAccessibleName(tr("Clip ratio"));
  m_clip->setToolTip(
      tr("Shrinks the range that the codes cover: large weights are cut off, all others get finer steps. 1.00 clips nothing."));
  m_clipText = new QLabel;
  m_clipText->setMinimumWidth(m_weightText->minimumWidth());
  auto* clipRow = new QHBoxLayout;
  clipRow->addWidget(m_clip, 1);
  clipRow->addWidget(m_clipText);
  auto* clip = new QLabel(tr("&Clip"));
  clip->setBuddy(m_clip);
  form->addRow(clip, clipRow);
  m_symmetric = new QCheckBox(tr("&Symmetric weights"));
  m_symmetric->setToolTip(tr("The grid is centred on zero and needs no zero point: faster, a little less exact."));
  m_balanced = new QCheckBox(tr("&Balanced 2 bits (five levels)"));
  m_balanced->setToolTip(tr("ABQ-LLM's bit balance: the levels -2, -1, 0, 1, 2 instead of four."));
  form->addRow(m_symmetric);
  form->addRow(m_balanced);
  column->addWidget(box);
  connect(m_weight, &QSlider::valueChanged, this, [this] { editUniform(OfWeight); });
  connect(m_input, &QSlider::valueChanged, this, [this] { editUniform(OfInput); });
  connect(m_head, &QSlider::valueChanged, this, [this](int position) {
    if (m_silent) return;
    auto next = m_recipe;
    next.plan = withHeadBits(next.plan, bitsOf(position));
    Q_EMIT edited(tr("queries, keys and values: %1").arg(bitsText(bitsOf(position))), next, m_gesture * KindCount + OfHead);
  });
  separateDrags(m_clip);
  connect(m_clip, &QSlider::valueChanged, this, [this] { editUniform(OfClip); });
  connect(m_group, &QComboBox::currentIndexChanged, this, [this] { editUniform(0); });
  connect(m_symmetric, &QCheckBox::toggled, this, [this] { editUniform(0); });
  connect(m_balanced, &QCheckBox::toggled, this, [this] { editUniform(0); });
}

void RecipePanel::buildOwn(QVBoxLayout* column) {
  auto* box = new QGroupBox(tr("Selected linear"));
  auto* inner = new QVBoxLayout(box);
  m_ownTitle = new QLabel;
  inner->addWidget(m_ownTitle);
  auto* form = new QFormLayout;
  const auto own =
      addBits(form, tr("Weigh&ts"), tr("Bits of the selected linear's weights"), tr("Bits of this linear alone (keys 1 to 8; 0: as all)."));
  m_own = own.slider;
  m_ownText = own.value;
  inner->addLayout(form);
  auto* buttons = new QHBoxLayout;
  m_asAll = new QPushButton(tr("As &all"));
  m_asAll->setToolTip(tr("Takes this linear's own bits away (0)."));
  m_clear = new QPushButton;
  m_clear->setToolTip(tr("Every linear gets the bits of all again. Undo brings them back."));
  buttons->addWidget(m_asAll);
  buttons->addWidget(m_clear);
  buttons->addStretch(1);
  inner->addLayout(buttons);
  column->addWidget(box);
  connect(m_own, &QSlider::valueChanged, this, [this](int position) { editOwn(bitsOf(position), OfOwn); });
  connect(m_asAll, &QPushButton::clicked, this, [this] { editOwn(std::nullopt, 0); });
  connect(m_clear, &QPushButton::clicked, this, [this] {
    auto next = m_recipe;
    next.plan.overrides.clear();
    Q_EMIT edited(tr("no exceptions"), next, 0);
  });
}

void RecipePanel::setModel(const ModelConfig* config) {
  m_config = config ? std::optional(*config) : std::nullopt;
  const QSignalBlocker silent(m_group);
  m_group->clear();
  const auto divides = [&](std::int64_t group) {
    return std::all_of(kBlockRoles.begin(), kBlockRoles.end(), [&](Role role) { return shapeOf(*config, role).in % group == 0; });
  };
  for (const auto group : kGroups) {
    if (group == 0 || !config || divides(group)) m_group->addItem(groupText(group), QVariant::fromValue(group));
  }
  setEnabled(config != nullptr);
  show();
}

void RecipePanel::setRecipe(const Recipe& recipe) {
  m_recipe = recipe;
  show();
}

void RecipePanel::editUniform(int kind) {
  if (m_silent) return;
  auto choice = choiceOf(m_recipe.plan.uniform);
  choice.weightBits = bitsOf(m_weight->value());
  choice.inputBits = bitsOf(m_input->value());
  choice.group = m_group->currentData().toLongLong();
  choice.symmetric = m_symmetric->isChecked();
  choice.balanced = m_balanced->isChecked() && choice.weightBits == 2;
  choice.clip = m_clip->value() / 100.0;
  auto next = m_recipe;
  next.plan = withUniform(next.plan, choice);
  Q_EMIT edited(tr("bits %1").arg(QString::fromStdString(next.plan.name)), next, kind == 0 ? 0 : m_gesture * KindCount + kind);
}

void RecipePanel::editOwn(std::optional<int> bits, int kind) {
  if (m_silent) return;
  const auto linear = m_selection.current().linear;
  auto next = m_recipe;
  next.plan = withWeightBits(next.plan, linear, bits);
  const auto title = tr("%1: %2").arg(QString::fromStdString(toString(linear)), bits ? bitsText(*bits) : tr("as all"));
  Q_EMIT edited(title, next, kind == 0 ? 0 : m_gesture * KindCount + kind);
}

void RecipePanel::show() {
  m_silent = true;
  const auto& plan = m_recipe.plan;
  const int exceptions = exceptionsOf(plan);
  m_name->setText(QString::fromStdString(plan.name));
  if (m_config) {
    const auto size = sizeOf(plan, *m_config);
    auto text =
        tr("%1 bits per weight · %2 in all")
            .arg(numberText(size.bitsPerWeight, 4), QLocale().formattedDataSize(size.totalBytes, 1, QLocale::DataSizeSIFormat));
    if (exceptions > 0) text += QLatin1Char('\n') + tr("Linears with bits of their own: %1").arg(exceptions);
    m_size->setText(text);
  } else {
    m_size->setText(tr("Open a model to edit its recipe."));
  }
  const auto choice = choiceOf(plan.uniform);
  m_weight->setValue(positionOf(choice.weightBits));
  m_weightText->setText(bitsText(choice.weightBits));
  m_input->setValue(positionOf(choice.inputBits));
  m_inputText->setText(bitsText(choice.inputBits));
  m_head->setValue(positionOf(headBitsOf(plan)));
  m_headText->setText(bitsText(headBitsOf(plan)));
  int group = m_group->findData(QVariant::fromValue(choice.group));
  if (group < 0) {
    m_group->addItem(groupText(choice.group), QVariant::fromValue(choice.group));
    group = m_group->count() - 1;
  }
  m_group->setCurrentIndex(group);
  m_clip->setValue(static_cast<int>(choice.clip * 100 + 0.5));
  m_clipText->setText(QLocale::c().toString(choice.clip, 'f', 2));
  m_symmetric->setChecked(choice.symmetric);
  m_balanced->setChecked(choice.balanced);
  const bool quantized = choice.weightBits < 16;
  m_group->setEnabled(quantized && !choice.balanced);
  m_clip->setEnabled(quantized);
  m_symmetric->setEnabled(quantized && !choice.balanced);
  m_balanced->setEnabled(choice.weightBits == 2);

  const auto linear = m_selection.current().linear;
  const bool own = plan.overrides.count(linear) > 0;
  const auto ownBits = choiceOf(plan.of(linear)).weightBits;
  const auto name = QString::fromStdString(toString(linear));
  m_ownTitle->setText(own ? tr("%1: its own bits").arg(name) : tr("%1: as all").arg(name));
  m_own->setValue(positionOf(ownBits));
  m_ownText->setText(bitsText(ownBits));
  m_asAll->setEnabled(own);
  m_clear->setText(tr("Clear e&xceptions (%1)").arg(exceptions));
  m_clear->setEnabled(exceptions > 0);
  m_silent = false;
}

}  // namespace bitscape
