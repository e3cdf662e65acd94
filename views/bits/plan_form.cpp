#include "views/bits/plan_form.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>

#include "views/bits/bit_board.h"
#include "views/bits/bit_chart.h"
#include "views/recipe/plan_edit.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kFewestEndBits = 2;

void showBits(QComboBox* box, int bits) {
  const QSignalBlocker silent(box);
  box->setCurrentIndex(box->findData(bits));
}

}  // namespace

PlanForm::PlanForm(QWidget* parent) : QWidget(parent) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setVerticalSpacing(kGap / 2);
  grid->setHorizontalSpacing(kGap);
  grid->setColumnStretch(4, 1);
  const auto add = [&](int row, int column, const QString& title, const QString& meaning, int fewest) {
    auto* box = new QComboBox(this);
    for (int bits = fewest; bits <= 8; ++bits) box->addItem(bitsText(bits), bits);
    box->addItem(bitsText(kFloatBits), kFloatBits);
    box->setToolTip(meaning);
    auto* label = new QLabel(title, this);
    label->setBuddy(box);
    box->setAccessibleName(title.simplified().remove(QLatin1Char('&')));
    grid->addWidget(label, row, 2 * column);
    grid->addWidget(box, row, 2 * column + 1);
    return box;
  };
  m_inputs = add(0, 0, tr("I&nputs"), tr("Bits of the linears' inputs, rounded per token while the model runs."), 1);
  m_heads = add(1, 0, tr("Q&ueries, keys, values"), tr("Bits in the attention and of the cache of keys and values."), 1);
  m_embedding =
      add(0, 1, tr("Em&bedding"), tr("Bits of the embedding's weights. They count in the size of the whole model."), kFewestEndBits);
  m_head = add(1, 1, tr("He&ad"), tr("Bits of the weights of lm_head."), kFewestEndBits);

  connect(m_inputs, &QComboBox::activated, this, [this] {
    BitChoice choice = choiceOf(m_plan.uniform);
    choice.inputBits = m_inputs->currentData().toInt();
    Q_EMIT planEdited(tr("inputs: %1").arg(m_inputs->currentText()), withUniform(m_plan, choice));
  });
  connect(m_heads, &QComboBox::activated, this, [this] {
    Q_EMIT planEdited(tr("queries, keys and values: %1").arg(m_heads->currentText()), withHeadBits(m_plan, m_heads->currentData().toInt()));
  });
  connect(m_embedding, &QComboBox::activated, this, [this] {
    const int bits = m_embedding->currentData().toInt();
    Plan plan = withEndBits(m_plan, Role::Embedding, bits);
    if (m_tied) plan = withEndBits(std::move(plan), Role::LmHead, bits);
    Q_EMIT planEdited(tr("embedding: %1").arg(m_embedding->currentText()), plan);
  });
  connect(m_head, &QComboBox::activated, this, [this] {
    Q_EMIT planEdited(tr("head: %1").arg(m_head->currentText()), withEndBits(m_plan, Role::LmHead, m_head->currentData().toInt()));
  });
  setModel(nullptr);
}

void PlanForm::setModel(const ModelConfig* config) {
  setEnabled(config != nullptr);
  m_tied = config != nullptr && config->tiedEmbeddings;
  m_head->setEnabled(!m_tied);
  m_head->setToolTip(m_tied ? tr("This model's head is its embedding: both have the same bits.") : tr("Bits of the weights of lm_head."));
}

void PlanForm::setPlan(const Plan& plan) {
  m_plan = plan;
  showBits(m_inputs, choiceOf(plan.uniform).inputBits);
  showBits(m_heads, headBitsOf(plan));
  showBits(m_embedding, endBitsOf(plan, Role::Embedding));
  showBits(m_head, endBitsOf(plan, Role::LmHead));
}

}  // namespace bitscape
