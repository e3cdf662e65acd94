#include "app/pages/activations_presenter.h"

#include <QEvent>
#include <QPointer>

#include "views/heat/heat_pair.h"

namespace bitscape {
namespace {

std::int64_t widthOf(const Model& model, SeamId id) {
  if (id.block < 0 || id.block >= model.config().blocks) return 0;
  for (const auto& seam : seamsOf(model.config(), id.block)) {
    if (seam.id == id) return seam.width;
  }
  return 0;
}

}  // namespace

ActivationsPresenter::ActivationsPresenter(Document& document, ActivationsPanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_page(page) {
  m_page.installEventFilter(this);
  connect(&m_page, &ActivationsPanel::promptChanged, &m_document, &Document::setPrompt);
  connect(&m_page, &Page::shownChanged, this, [this] {
    ask();
    show();
  });
  connect(&m_document, &Document::modelChanged, this, &ActivationsPresenter::showModel);
  for (const auto signal : {&Document::otherChanged, &Document::recipeChanged, &Document::promptChanged}) {
    connect(&m_document, signal, this, [this] {
      m_faultA.clear();
      m_faultB.clear();
      show();
    });
  }
  connect(&m_document.selection(), &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.seam() != before.seam()) show();
  });
  for (const Side side : {Side::A, Side::B}) {
    auto* analysis = &m_document.analysis(side);
    connect(analysis, &SideAnalysis::promptChanged, this, &ActivationsPresenter::show);
    connect(analysis, &SideAnalysis::statsChanged, this, &ActivationsPresenter::show);
    connect(analysis, &SideAnalysis::pictureArrived, this, [this](int block) {
      if (block == m_document.selection().current().linear.block) show();
    });
    connect(analysis, &SideAnalysis::failed, this, [this, side](const QString& sentence) {
      (side == Side::A ? m_faultA : m_faultB) = sentence;
      show();
    });
  }
  showModel();
}

void ActivationsPresenter::showModel() {
  const auto& model = m_document.model();
  m_faultA.clear();
  m_faultB.clear();
  m_page.setBlocks(model ? static_cast<int>(model->config().blocks) : 0);
  show();
}

void ActivationsPresenter::ask() { m_document.wantB(this, m_page.isVisible() && m_page.compareBar()->needsB()); }

ActivationSide ActivationsPresenter::sideOf(Side side) const {
  const auto seam = m_document.selection().current().seam();
  const auto& analysis = m_document.analysis(side);
  const auto* picture = analysis.picture(seam);
  if (picture == nullptr) return {};
  ActivationSide shown{picture->pyramid, picture->outliers, {}, picture->profile, picture->balance};
  const auto role = roleName(consumers(seam.kind).front());
  for (const auto& outlier : analysis.normal()) {
    if (outlier.block == seam.block && outlier.role == role) shown.normalChannels.push_back(static_cast<int>(outlier.channel));
  }
  return shown;
}

void ActivationsPresenter::show() {
  const auto a = sideOf(Side::A), b = sideOf(Side::B);
  m_page.setPrompt(m_document.prompt());
  m_page.compareBar()->setNames(m_document.sideNames());
  m_page.compareBar()->setDifferenceFault(differenceFault(a.pyramid, b.pyramid));
  m_page.setEmptyTexts(emptyText(Side::A), emptyText(Side::B));
  m_page.setSides(a, b, m_page.shown() == Shown::Difference ? difference(a.pyramid, b.pyramid) : nullptr);
  m_page.setNote(note());
}

ActivationsPresenter::Pyramid ActivationsPresenter::difference(const Pyramid& a, const Pyramid& b) {
  if (!a || !b) return nullptr;
  if (a == m_differenceA && b == m_differenceB) return m_difference;  // null while it is under way
  m_differenceA = a;
  m_differenceB = b;
  m_difference.reset();
  m_document.jobs().start(
      QStringLiteral("difference"), tr("Difference of the activations"),
      [self = QPointer(this), a, b](const JobContext& context) {
        const auto result = differenceOf(*a, *b);
        context.deliver([self, a, b, result] {
          if (!self || a != self->m_differenceA || b != self->m_differenceB) return;
          self->m_difference = result;
          self->show();
        });
      },
      {}, Jobs::Weight::Light);
  return nullptr;
}

QString ActivationsPresenter::differenceFault(const Pyramid& a, const Pyramid& b) const {
  if (!m_document.hasOther()) return {};
  const auto seam = m_document.selection().current().seam();
  const auto widthA = widthOf(*m_document.model(Side::A), seam), widthB = widthOf(*m_document.model(Side::B), seam);
  if (widthB == 0) return tr("The other model has no block %1.").arg(seam.block);
  if (widthA != widthB) return tr("The models have different widths here: %1 and %2 channels.").arg(widthA).arg(widthB);
  if (a && b && a->grid().rows != b->grid().rows) {
    return tr("The models split the prompt differently: %1 and %2 tokens.").arg(a->grid().rows).arg(b->grid().rows);
  }
  return {};
}

QString ActivationsPresenter::emptyText(Side side) const {
  const auto& model = m_document.model(side);
  if (!model) return tr("Open a model: Ctrl+O, or drop a file here.");
  const int block = m_document.selection().current().linear.block;
  if (block >= model->config().blocks) return tr("This model has no block %1.").arg(block);
  const auto outdated = side == Side::B ? m_document.faultOfB() : QString();
  const auto& fault = side == Side::A ? m_faultA : outdated.isEmpty() ? m_faultB : outdated;
  return fault.isEmpty() ? tr("Computing block %1 …").arg(block) : fault;
}

QString ActivationsPresenter::note() const {
  const auto side = m_page.shown() == Shown::B ? Side::B : Side::A;
  const auto& analysis = m_document.analysis(side);
  const auto seam = m_document.selection().current().seam();
  const auto* picture = analysis.picture(seam);
  if (picture == nullptr) return {};
  const auto& tokens = analysis.tokens();
  QStringList sentences;
  sentences << (tokens.wasCut ? tr("The first %1 tokens of the prompt; the rest was cut to fit into memory.").arg(tokens.ids.size())
                              : tr("%1 tokens of the prompt.").arg(tokens.ids.size()));
  if (!picture->outliers.empty()) sentences << tr("Rings and pins mark the largest values beyond 20 times the mean.");
  if (!sideOf(side).normalChannels.empty())
    sentences << tr("Hatched ridges are channels that are large for every token of the statistics.");
  if (m_page.compareBar()->needsB() && !m_document.hasOther()) {
    if (const auto fault = m_document.faultOfB(); !fault.isEmpty()) {
      sentences << tr("B is not up to date: %1").arg(fault);
    } else if (m_document.isStatic()) {
      sentences << tr("B is A pushed through the stack, as the quantizer sees it: static, no block runs. "
                      "“Propagate” in the stack replays the blocks.");
    } else {
      sentences << tr("B runs every block as %1, with simulated quantization: propagated.").arg(m_document.planName());
    }
  }
  return sentences.join(QLatin1Char(' '));
}

bool ActivationsPresenter::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_page && (event->type() == QEvent::Show || event->type() == QEvent::Hide)) {
    QMetaObject::invokeMethod(this, &ActivationsPresenter::ask, Qt::QueuedConnection);  // once the page's state has changed
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bitscape
