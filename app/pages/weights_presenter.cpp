#include "app/pages/weights_presenter.h"

#include <QEvent>

namespace bitscape {

WeightsPresenter::WeightsPresenter(Document& document, WeightsPanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_page(page), m_loader(document) {
  m_page.installEventFilter(this);
  connect(&m_loader, &WeightsLoader::changed, this, &WeightsPresenter::show);
  connect(&m_page, &Page::shownChanged, this, &WeightsPresenter::ask);
  connect(&m_document, &Document::modelChanged, this, &WeightsPresenter::showModel);
  for (const auto signal : {&Document::otherChanged, &Document::recipeChanged}) connect(&m_document, signal, this, &WeightsPresenter::ask);
  connect(&m_document.analysis(Side::A), &SideAnalysis::statsChanged, this, [this] {
    if (m_document.analysis(Side::A).hasStats()) ask();   // stacks that need them can be shown now
  });
  connect(&m_document.selection(), &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.linear != before.linear) ask();
  });
  showModel();
}

void WeightsPresenter::showModel() {
  const auto& model = m_document.model();
  m_page.setBlocks(model ? static_cast<int>(model->config().blocks) : 0);
  ask();
  show();
}

// B needs no run of the model: Document::wantB is not asked.
void WeightsPresenter::ask() { m_loader.look(m_page.isVisible(), m_page.compareBar()->needsB(), m_page.shown() == Shown::Difference); }

void WeightsPresenter::show() {
  const auto& model = m_document.model();
  m_page.compareBar()->setNames(m_document.sideNames());
  m_page.compareBar()->setDifferenceFault(m_loader.differenceFault());
  const auto place = QString::fromStdString(toString(m_document.selection().current().linear));
  const auto empty = !model                       ? tr("Open a model: Ctrl+O, or drop a file here.")
                     : m_loader.fault().isEmpty() ? tr("Reading the weight of %1 …").arg(place)
                                                  : m_loader.fault();
  m_page.setEmptyTexts(empty, empty);
  m_page.setSides(m_loader.a(), m_loader.b(), m_loader.difference());
  m_page.setCodes(m_loader.codes(), m_loader.format());
  m_page.setNote(note());
}

QString WeightsPresenter::note() const {
  if (!m_document.model()) return {};
  const auto linear = m_document.selection().current().linear;
  if (m_document.hasOther()) return tr("B is the weight of the second model.");
  if (const auto fault = m_document.faultOfB(); !fault.isEmpty()) return tr("B is not up to date: %1").arg(fault);
  const bool rounded = m_document.recipe().plan.of(linear).weight.has_value();
  if (hasStack(m_document.recipe())) {
    const auto& solved = m_document.preview().block();
    QStringList sentences{rounded ? tr("B is the weight as the stack transforms it and the recipe rounds it: static, nothing is run.")
                                  : tr("B is the weight as the stack transforms it; the recipe leaves it float.")};
    if (solved && solved->block == linear.block) {
      for (const auto& note : solved->notes) sentences << QString::fromStdString(note);
    }
    return sentences.join(QLatin1Char(' '));
  }
  if (!rounded) return tr("The recipe leaves this linear float: B equals A.");
  return tr("B is the weight as the recipe rounds it: exact, nothing is run.");
}

bool WeightsPresenter::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_page && (event->type() == QEvent::Show || event->type() == QEvent::Hide)) {
    QMetaObject::invokeMethod(this, &WeightsPresenter::ask, Qt::QueuedConnection);  // once the page's state has changed
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bitscape
