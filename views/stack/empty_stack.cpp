#include "views/stack/empty_stack.h"

#include <QPushButton>
#include <QVBoxLayout>

#include "core/method/method.h"
#include "views/stack/tone_label.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr const char* kSuggestions[] = {"smoothquant", "duquant", "zigzag-hadamard"};

}  // namespace

EmptyStack::EmptyStack(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, kGap, 0, kGap);
  column->setSpacing(kGap);
  auto* text = new ToneLabel;
  text->setText(tr(
      "No steps: weights are rounded as they are.\n\nA stack is a list of steps that change the model before it is rounded, without "
      "changing "
      "what it computes: scales, rotations and permutations move outliers to where rounding hurts less. Each step works on what the steps "
      "above it leave. What it inserts folds into the weights where it can, and runs online where it cannot.\n\nBegin with a method:"));
  column->addWidget(text);
  for (const auto* id : kSuggestions) {
    for (const auto& method : methods()) {
      if (method.id != id || !method.setup) continue;
      auto* button = new QPushButton(QString::fromStdString(method.title));
      button->setToolTip(QStringLiteral("<p>%1</p>").arg(QString::fromStdString(method.citation).toHtmlEscaped()));
      connect(button, &QPushButton::clicked, this, [this, id] { Q_EMIT methodChosen(QString::fromLatin1(id)); });
      column->addWidget(button);
      m_buttons.push_back(button);
    }
  }
}

}  // namespace bitscape
