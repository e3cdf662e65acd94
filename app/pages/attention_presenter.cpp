#include "app/pages/attention_presenter.h"

#include <QEvent>

namespace bitscape {

AttentionPresenter::AttentionPresenter(Document& document, AttentionPanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_page(page), m_loader(document) {
  m_page.installEventFilter(this);
  connect(&m_loader, &AttentionLoader::changed, this, &AttentionPresenter::show);
  connect(&m_page, &Page::shownChanged, this, &AttentionPresenter::ask);
  connect(&m_document, &Document::modelChanged, this, &AttentionPresenter::showModel);
  for (const auto signal : {&Document::otherChanged, &Document::recipeChanged, &Document::promptChanged}) {
    connect(&m_document, signal, this, &AttentionPresenter::ask);
  }
  connect(&m_document.analysis(Side::A), &SideAnalysis::statsChanged, this, [this] {
    if (m_document.analysis(Side::A).hasStats()) ask();   // stacks that need them can be shown now
  });
  connect(&m_document.selection(), &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.linear.block != before.linear.block || now.head != before.head) ask();
  });
  showModel();
}

void AttentionPresenter::showModel() {
  const auto& model = m_document.model();
  m_page.setModel(model ? static_cast<int>(model->config().blocks) : 0, model ? static_cast<int>(model->config().heads) : 0);
  ask();
}

// B is computed here, for one block: the activations of the whole model, which Document::wantB asks for, are not needed.
void AttentionPresenter::ask() {
  const auto& now = m_document.selection().current();
  const bool isSeen = m_page.isVisible();
  const auto shown = m_page.shown();
  m_loader.look({now.linear.block, now.head, isSeen, isSeen && m_page.compareBar()->needsB(), isSeen && shown == Shown::Difference});
}

void AttentionPresenter::show() {
  m_page.compareBar()->setNames(m_document.sideNames());
  m_page.compareBar()->setDifferenceFault(m_loader.differenceFault());
  m_page.setEmptyTexts(emptyText(Side::A), emptyText(Side::B));
  m_page.setSides(m_loader.side(Side::A), m_loader.side(Side::B), m_loader.difference());
  m_page.setDivergence(m_loader.divergence());
  m_page.setNote(note());
}

QString AttentionPresenter::emptyText(Side side) const {
  if (!m_document.model()) return tr("Open a model: Ctrl+O, or drop a file here.");
  const auto fault = m_loader.fault(side);
  return fault.isEmpty() ? tr("Computing the attention in block %1 \u2026").arg(m_document.selection().current().linear.block) : fault;
}

QString AttentionPresenter::note() const {
  const auto side = m_page.shown() == Shown::B ? Side::B : Side::A;
  const auto tokens = m_loader.tokens(side);
  if (tokens == 0) return {};
  QStringList sentences;
  sentences << (m_loader.wasCut(side) ? tr("The first %1 tokens of the prompt, which is longer.").arg(tokens)
                                      : tr("%1 tokens of the prompt.").arg(tokens));
  sentences << tr("A row shows where a query looks and sums to one; it sees only keys up to itself.");
  if (m_page.compareBar()->needsB() && !m_document.hasOther()) {
    if (const auto fault = m_document.faultOfB(); !fault.isEmpty()) {
      sentences << tr("B is not up to date: %1").arg(fault);
    } else if (m_document.isStatic()) {
      sentences << tr("B runs this block alone as the stack and %1 leave it, on what A's blocks before it leave: static. “Propagate” in the stack "
                      "replays them all.").arg(m_document.planName());
    } else {
      sentences << tr("B runs every block up to this one as %1, with simulated quantization: propagated.").arg(m_document.planName());
    }
  }
  return sentences.join(QLatin1Char(' '));
}

bool AttentionPresenter::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_page && (event->type() == QEvent::Show || event->type() == QEvent::Hide)) {
    QMetaObject::invokeMethod(this, &AttentionPresenter::ask, Qt::QueuedConnection);   // once the page's state has changed
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bitscape
