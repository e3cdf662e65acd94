#include "views/bits/plan_form.h"

#include <QComboBox>
#include <QFormLayout>
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
  auto* form = new QFormLayout(this);
  form->setContentsMargins(0, 0, 0, 0);
  form->setVerticalSpacing(kGap / 2);
  const auto add = [&](const QString& title, const QString& meaning, int fewest) {
    auto* box = new QComboBox(this);
    for (int bits = fewest; bits <= 8; ++bits) box->addItem(bitsText(bits), bits);
    box->addItem(bitsText(kFloatBits), kFloatBits);
    box->setToolTip(meaning);
    auto* label = new QLabel(title, this);
    label->setBuddy(box);
    box->setAccessibleName(title.simplified().remove(QLatin1Char('&')));
    form->addRow(label, box);
    return box;
  };
  m_inputs = add(tr("&Inputs"), tr("Bits of the linears' inputs, rounded per token while the model runs."), 1);
  m_heads = add(tr("&Queries, keys, values"), tr("Bits in the attention and of the cache of keys and values."), 1);
  m_embedding = add(tr("E&mbedding"), tr("Bits of the embedding's weights. They count in the size of the whole model."), kFewestEndBits);
  m_head = add(tr("&Head"), tr("Bits of the weights of lm_head."), kFewestEndBits);

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
