#include "app/presenter.h"

#include <QLocale>

#include "core/engine/backend.h"
#include "views/activations/activations_panel.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/jobs/job_list.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

constexpr int kNumbersEveryMs = 100;

QString noteOf(const Model& model) {
  const auto note = model.precisionNote();
  return note ? QString::fromStdString(*note) : QString();
}

}  // namespace

Presenter::Presenter(Document& document, Jobs& jobs, const Pages& pages, QObject* parent)
    : QObject(parent), m_document(document), m_jobs(jobs), m_pages(pages) {
  m_numbers.setSingleShot(true);
  m_numbers.setInterval(kNumbersEveryMs);
  connect(&m_numbers, &QTimer::timeout, this, [this] { m_pages.model->model()->setNumbers(m_document.numbers()); });
  connect(&m_document, &Document::modelChanged, this, &Presenter::showModel);
  connect(&m_document.selection(), &Selection::changed, this, &Presenter::showSelection);
  connect(&m_document, &Document::recipeChanged, this, &Presenter::showStatus);
  connect(&m_jobs, &Jobs::changed, m_pages.jobs, &JobList::setJob);
  connect(m_pages.jobs, &JobList::cancelRequested, &m_jobs, &Jobs::cancel);
  connectModel();
  connectOverview();
  connectActivations();
  connectEvaluate();
  showModel();
}

void Presenter::connectModel() {
  const auto refresh = [this] {
    if (!m_numbers.isActive()) m_numbers.start();
  };
  connect(&m_document, &Document::statsChanged, this, refresh);
  connect(&m_document, &Document::sqnrChanged, this, refresh);
  connect(&m_document, &Document::recipeChanged, this, refresh);
  connect(m_pages.model, &ModelPanel::selected, &m_document.selection(), &Selection::selectLinear);
  connect(m_pages.model, &ModelPanel::blockSelected, this, [this](int block) {
    m_document.selection().selectLinear({block, m_document.selection().current().linear.role});
  });
  connect(m_pages.model, &ModelPanel::activated, this, &Presenter::goToActivations);
}

void Presenter::connectOverview() {
  connect(&m_document, &Document::statsChanged, this, &Presenter::showStats);
  connect(&m_document, &Document::sqnrChanged, this, &Presenter::showSqnr);
  connect(m_pages.overview, &OverviewPanel::selected, &m_document.selection(), &Selection::selectLinear);
  connect(m_pages.overview, &OverviewPanel::activated, this, [this](LinearId id) {
    m_document.selection().selectLinear(id);
    Q_EMIT goToActivations();
  });
}

void Presenter::connectActivations() {
  m_pages.activations->setPrompt(m_document.prompt());
  connect(&m_document, &Document::promptChanged, this, [this] {
    m_pages.activations->setPrompt(m_document.prompt());
    showPicture();
  });
  connect(&m_document, &Document::pictureArrived, this, [this](int block) {
    if (block == m_document.selection().current().linear.block) showPicture();
  });
  connect(m_pages.activations, &ActivationsPanel::promptChanged, &m_document, &Document::setPrompt);
  connect(m_pages.activations, &ActivationsPanel::placeChanged, this, [this](SeamId seam) {
    m_document.selection().selectLinear({seam.block, consumers(seam.kind).front()});
  });
  connect(m_pages.activations->heatMap(), &HeatMap::focusChanged, &m_document.selection(),
          [this](int token, int channel) { m_document.selection().selectCell(token, channel); });
}

void Presenter::connectEvaluate() {
  QList<std::pair<QString, QString>> backends;
  for (const auto& backend : {fakeBackend(), referenceBackend()}) {
    if (!backend->unavailable()) backends << std::pair(QString::fromStdString(backend->name()), QString::fromStdString(backend->title()));
  }
  m_pages.evaluate->setBackends(backends);
  m_pages.evaluate->setReady(false, tr("Open a model first."));
  auto request = m_pages.evaluate->request();
  request.plan = m_document.planName();
  request.windows = 4;
  request.length = 512;
  m_pages.evaluate->setRequest(request);
  m_pages.evaluate->setTextPath(m_document.textPath());
  connect(m_pages.evaluate, &EvaluatePanel::planChanged, &m_document, &Document::setPlan);
  connect(m_pages.evaluate, &EvaluatePanel::runRequested, &m_document, &Document::evaluate);
  connect(m_pages.evaluate, &EvaluatePanel::cancelRequested, &m_document, &Document::cancelRun);
  connect(m_pages.evaluate, &EvaluatePanel::textChooseRequested, this, &Presenter::chooseText);
  connect(&m_document, &Document::runChanged, m_pages.evaluate, &EvaluatePanel::showRun);
  connect(&m_document, &Document::textChanged, this, [this] { m_pages.evaluate->setTextPath(m_document.textPath()); });
  connect(&m_document, &Document::recipeChanged, this, [this] {
    auto shown = m_pages.evaluate->request();
    shown.plan = m_document.planName();
    m_pages.evaluate->setRequest(shown);
  });
}

void Presenter::showModel() {
  const auto& model = m_document.model();
  const int blocks = model ? static_cast<int>(model->config().blocks) : 0;
  m_pages.overview->setBlocks(blocks);
  m_pages.activations->setBlocks(blocks);
  showStats();
  showSqnr();
  showPicture();
  showStatus();
  if (!model) return;
  m_pages.model->setModel(model->config(), m_document.title());
  m_pages.model->model()->setNumbers(m_document.numbers());
  m_pages.model->setSelected(m_document.selection().current().linear);
  m_pages.overview->setSelected(m_document.selection().current().linear);
  m_pages.overview->setEmptyText(tr("Reading the prompt, block by block …"));
  m_pages.evaluate->setReady(true);
  m_pages.evaluate->setNote(noteOf(*model));
}

void Presenter::showPicture() {
  auto& page = *m_pages.activations;
  const auto place = m_document.selection().current().seam();
  page.setPlace(place);
  const auto* picture = m_document.picture(place);
  page.setPyramid(picture ? picture->pyramid : nullptr);
  page.setOutliers(picture ? picture->outliers : std::vector<std::pair<int, int>>());
  if (!picture) {
    page.setEmptyText(m_document.model() ? tr("Computing block %1 …").arg(place.block) : tr("Open a model: Ctrl+O, or drop a file here."));
    page.setNote({});
    return;
  }
  const auto& tokens = m_document.promptTokens();
  auto note = tr("%1 tokens of the prompt, float model").arg(tokens.ids.size());
  if (tokens.wasCut) note += tr("; the prompt is longer and was cut to fit into memory");
  if (!picture->outliers.empty()) note += tr("; rings mark the largest values beyond 20 times the mean");
  page.setNote(note);
}

void Presenter::showStats() {
  m_pages.overview->setStats(m_document.stats(), m_document.massive(), m_document.normal());
  QStringList notes;
  if (m_document.stats()) notes << m_document.statsNote();
  if (const auto& model = m_document.model(); model && !noteOf(*model).isEmpty()) notes << noteOf(*model);
  m_pages.overview->setNote(notes.join(QStringLiteral(" · ")));
}

void Presenter::showSqnr() {
  m_pages.overview->setSqnr(m_document.sqnr(), m_document.planName());
}

void Presenter::showSelection(const Selected& now, const Selected& before) {
  if (now.linear != before.linear) {
    m_pages.model->setSelected(now.linear);
    m_pages.overview->setSelected(now.linear);
  }
  if (now.seam() != before.seam()) showPicture();
  if (now.linear != before.linear) showStatus();
}

void Presenter::showStatus() {
  const auto& model = m_document.model();
  if (!model) {
    Q_EMIT statusChanged({});
    return;
  }
  const auto size = sizeOf(m_document.recipe().plan, model->config());
  Q_EMIT statusChanged(tr("%1   ·   block %2, %3   ·   plan %4: %5 bits per weight, %6 in all")
                           .arg(m_document.title())
                           .arg(m_document.selection().current().linear.block)
                           .arg(QString::fromUtf8(roleName(m_document.selection().current().linear.role).data()))
                           .arg(m_document.planName(), numberText(size.bitsPerWeight, 3), QLocale::c().formattedDataSize(size.totalBytes)));
}

}  // namespace bitscape
