#include "views/activations/activations_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "views/style/theme.h"

namespace bitscape {

QString seamTitle(SeamKind kind) {
  switch (kind) {
    case SeamKind::AttentionInput: return ActivationsPanel::tr("input of q, k, v");
    case SeamKind::AttentionOutput: return ActivationsPanel::tr("input of o");
    case SeamKind::FfnInput: return ActivationsPanel::tr("input of gate, up");
    case SeamKind::FfnDown: return ActivationsPanel::tr("input of down");
    case SeamKind::QueryKey: return ActivationsPanel::tr("queries and keys");
  }
  return {};
}

ActivationsPanel::ActivationsPanel(QWidget* parent) : QWidget(parent) {
  const auto labelled = [this](QHBoxLayout* row, const QString& text, QWidget* field) {
    auto* label = new QLabel(text, this);
    label->setBuddy(field);
    row->addWidget(label);
    row->addWidget(field);
  };
  m_block = new QSpinBox(this);
  m_block->setToolTip(tr("Decoder block, counted from 0"));
  m_seam = new QComboBox(this);
  for (const SeamKind kind : kLinearSeams) m_seam->addItem(seamTitle(kind), static_cast<int>(kind));
  m_seam->setToolTip(tr("Linears that share an input are shown once: q, k and v read the same numbers"));
  m_scale = new QComboBox(this);
  m_scale->addItems({tr("linear"), tr("logarithmic")});
  m_scale->setToolTip(tr("Logarithmic shows small values too; linear shows what a uniform grid of codes must cover"));
  m_colours = new QComboBox(this);
  for (const ColourMapId map : colourMaps()) m_colours->addItem(colourMapTitle(map), static_cast<int>(map));
  m_colours->setToolTip(tr("Viridis, Inferno and Cividis show |x|; the last shows signs. Cividis looks alike with colour blindness"));
  m_fixed = new QCheckBox(tr("Fix &range"), this);
  m_fixed->setToolTip(tr("Keeps the colours comparable between blocks"));
  m_low = new QDoubleSpinBox(this);
  m_high = new QDoubleSpinBox(this);
  for (QDoubleSpinBox* box : {m_low, m_high}) {
    box->setDecimals(4);
    box->setRange(-1e6, 1e6);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setEnabled(false);
    box->setKeyboardTracking(false);
  }
  m_low->setAccessibleName(tr("Lowest value of the colours"));
  m_high->setAccessibleName(tr("Highest value of the colours"));
  m_prompt = new QLineEdit(this);
  m_prompt->setPlaceholderText(tr("Text whose tokens run through the model"));
  m_prompt->setClearButtonEnabled(true);
  m_show = new QPushButton(tr("&Show"), this);
  m_map = new HeatMap(this);
  m_note = new QLabel(this);
  m_note->setWordWrap(true);
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->hide();

  auto* place = new QHBoxLayout;
  place->setSpacing(kGap);
  labelled(place, tr("&Block"), m_block);
  place->addWidget(m_seam);
  place->addSpacing(kGap);
  labelled(place, tr("&Prompt"), m_prompt);
  place->setStretchFactor(m_prompt, 1);
  place->addWidget(m_show);
  auto* look = new QHBoxLayout;
  look->setSpacing(kGap);
  labelled(look, tr("S&cale"), m_scale);
  look->addSpacing(kGap);
  labelled(look, tr("C&olours"), m_colours);
  look->addSpacing(kGap);
  look->addWidget(m_fixed);
  look->addWidget(m_low);
  look->addWidget(new QLabel(QStringLiteral("\u2013"), this));
  look->addWidget(m_high);
  look->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->setSpacing(kGap);
  layout->addLayout(place);
  layout->addLayout(look);
  layout->addWidget(m_map, 1);
  layout->addWidget(m_note);

  connect(m_block, &QSpinBox::valueChanged, this, [this] { Q_EMIT placeChanged(ActivationsPanel::place()); });
  connect(m_seam, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT placeChanged(ActivationsPanel::place()); });
  const auto ask = [this] { Q_EMIT promptChanged(m_prompt->text()); };
  connect(m_show, &QPushButton::clicked, this, ask);
  connect(m_prompt, &QLineEdit::returnPressed, this, ask);
  connect(m_scale, &QComboBox::currentIndexChanged, this, [this](int index) { m_map->setLogarithmic(index == 1); });
  connect(m_colours, &QComboBox::currentIndexChanged, this,
          [this] { m_map->setColourMap(static_cast<ColourMapId>(m_colours->currentData().toInt())); });
  connect(m_map, &HeatMap::rangeChanged, this, [this](double low, double high) {
    if (m_fixed->isChecked()) return;
    const QSignalBlocker a(m_low), b(m_high);
    m_low->setValue(low);
    m_high->setValue(high);
  });
  connect(m_fixed, &QCheckBox::toggled, this, [this](bool on) {
    m_low->setEnabled(on);
    m_high->setEnabled(on);
    applyRange();
  });
  connect(m_low, &QDoubleSpinBox::valueChanged, this, [this] { applyRange(); });
  connect(m_high, &QDoubleSpinBox::valueChanged, this, [this] { applyRange(); });
  m_scale->setCurrentIndex(1);
  m_colours->setCurrentIndex(1);
  setBlocks(0);
}

void ActivationsPanel::applyRange() {
  m_map->setFixedRange(m_fixed->isChecked() ? std::optional(std::pair(m_low->value(), m_high->value())) : std::nullopt);
}

void ActivationsPanel::setBlocks(int blocks) {
  const QSignalBlocker blocker(m_block);
  m_block->setRange(0, std::max(0, blocks - 1));
  for (QWidget* widget : std::initializer_list<QWidget*>{m_block, m_seam, m_prompt, m_show}) widget->setEnabled(blocks > 0);
  if (blocks <= 0) {
    setGrid(nullptr);
    setEmptyText(tr("Open a model to see its activations."));
  }
}

void ActivationsPanel::setPlace(SeamId place) {
  const QSignalBlocker a(m_block), b(m_seam);
  m_block->setValue(place.block);
  if (const int index = m_seam->findData(static_cast<int>(place.kind)); index >= 0) m_seam->setCurrentIndex(index);
}

SeamId ActivationsPanel::place() const { return {m_block->value(), static_cast<SeamKind>(m_seam->currentData().toInt())}; }

void ActivationsPanel::setPrompt(const QString& prompt) {
  if (prompt == m_prompt->text()) return;
  m_prompt->setText(prompt);
  m_prompt->setCursorPosition(0);   // a long prompt shows its beginning
}
QString ActivationsPanel::prompt() const { return m_prompt->text(); }
void ActivationsPanel::setGrid(std::shared_ptr<const HeatGrid> grid) { m_map->setData(std::move(grid)); }
void ActivationsPanel::setPyramid(std::shared_ptr<const MaxPyramid> pyramid) { m_map->setData(std::move(pyramid)); }
void ActivationsPanel::setEmptyText(const QString& text) { m_map->setEmptyText(text); }
void ActivationsPanel::setOutliers(std::vector<std::pair<int, int>> cells) { m_map->setOutliers(std::move(cells)); }

void ActivationsPanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

}  // namespace bitscape
