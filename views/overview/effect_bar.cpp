#include "views/overview/effect_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "views/style/theme.h"

namespace bitscape {

EffectBar::EffectBar(const QString& name, const QString& tip, QWidget* parent) : QWidget(parent), m_name(name), m_tip(tip) {
  m_button = new QPushButton(tr("Measure"), this);
  m_button->setToolTip(tip);
  m_text = new QLabel(this);
  m_text->setForegroundRole(QPalette::PlaceholderText);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kGap);
  row->addWidget(m_button);
  row->addWidget(m_text, 1);
  m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  connect(m_button, &QPushButton::clicked, this, [this] {
    if (m_state.running)
      Q_EMIT cancelRequested();
    else
      Q_EMIT requested();
  });
  m_state.running = true;  // so that the first state is shown
  setState({});
}

void EffectBar::setState(const EffectState& state) {
  if (state == m_state) return;
  m_state = state;
  m_button->setText(state.running ? tr("Cancel") : tr("Measure"));
  m_button->setEnabled(state.running || state.canStart);
  m_button->setAccessibleName(state.running ? tr("Cancel: %1").arg(m_name) : tr("Measure: %1").arg(m_name));
  m_button->setToolTip(state.running ? tr("Stops after the present step; what is known stays.") : m_tip);
  showText();
}

// Where there is no room the text is cut; its whole is the tooltip.
void EffectBar::showText() {
  m_text->setText(m_text->fontMetrics().elidedText(m_state.text, Qt::ElideRight, m_text->width()));
  m_text->setToolTip(m_state.text);
  m_text->setAccessibleName(m_state.text);
}

void EffectBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  layout()->activate();
  showText();
}

}  // namespace bitscape
