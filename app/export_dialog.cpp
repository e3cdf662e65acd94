#include "app/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr int kMostApplied = 16;                 // remedies in a row; more than that would go round in circles

QString fromCore(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

QStyle::StandardPixmap pictureOf(Severity severity) {
  if (severity == Severity::Error) return QStyle::SP_MessageBoxCritical;
  return severity == Severity::Warning ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxInformation;
}

QLabel* wrapped(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

}  // namespace

ExportDialog::ExportDialog(Document& document, QWidget* parent) : QDialog(parent), m_document(document) {
  setWindowTitle(tr("Export for another program"));
  auto* layout = new QVBoxLayout(this);
  auto* form = new QFormLayout;
  m_target = new QComboBox(this);
  for (const ExportTarget* target : exportTargets()) m_target->addItem(fromCore(target->title), fromCore(target->id));
  form->addRow(tr("&Format"), m_target);
  m_readers = wrapped({}, this);
  form->addRow(QString(), m_readers);
  auto* place = new QHBoxLayout;
  m_folder = new QLineEdit(this);
  m_folder->setPlaceholderText(tr("A new folder, or one that holds an export of this program"));
  auto* browse = new QPushButton(tr("&Choose…"), this);
  browse->setAutoDefault(false);
  place->addWidget(m_folder);
  place->addWidget(browse);
  auto* placeName = new QLabel(tr("F&older"), this);
  placeName->setBuddy(m_folder);
  form->addRow(placeName, place);
  m_folder->setAccessibleName(tr("Folder of the export"));
  m_size = wrapped({}, this);
  form->addRow(tr("Size"), m_size);
  layout->addLayout(form);

  auto* heading = new QHBoxLayout;
  heading->addWidget(new QLabel(tr("What its programs can load"), this));
  heading->addStretch();
  m_applyAll = new QPushButton(tr("Resolve &all errors"), this);
  m_applyAll->setAutoDefault(false);
  heading->addWidget(m_applyAll);
  layout->addLayout(heading);
  auto* area = new QScrollArea(this);
  area->setWidgetResizable(true);
  auto* inside = new QWidget(area);
  m_rows = new QVBoxLayout(inside);
  area->setWidget(inside);
  area->setAccessibleName(tr("Findings about this export"));
  layout->addWidget(area, 1);

  m_hindrance = wrapped({}, this);
  layout->addWidget(m_hindrance);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  m_export = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
  m_export->setDefault(true);
  layout->addWidget(buttons);

  connect(m_target, &QComboBox::currentIndexChanged, this, &ExportDialog::lint);
  connect(m_folder, &QLineEdit::textChanged, this, &ExportDialog::showHindrance);
  connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
  connect(m_applyAll, &QPushButton::clicked, this, &ExportDialog::applyAll);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(&m_document, &Document::recipeChanged, this, &ExportDialog::lint);
  connect(&m_document, &Document::modelChanged, this, &ExportDialog::lint);
  resize(760, 560);
  lint();
}

const ExportTarget& ExportDialog::target() const { return exportTargetNamed(m_target->currentData().toString().toStdString()); }
QString ExportDialog::folder() const { return m_folder->text().trimmed(); }
void ExportDialog::setTarget(const QString& id) { m_target->setCurrentIndex(m_target->findData(id)); }
void ExportDialog::setFolder(const QString& folder) { m_folder->setText(QDir::toNativeSeparators(folder)); }

QString ExportDialog::hindrance() const {
  if (!m_fault.isEmpty()) return m_fault;
  if (hasErrors(m_findings)) return tr("This format cannot hold the recipe as it is: apply the remedies above, or choose another format.");
  return folder().isEmpty() ? tr("Choose a folder to write to.") : QString();
}

void ExportDialog::lint() {
  m_findings.clear();
  m_fault.clear();
  m_size->clear();
  m_readers->setText(fromCore(target().readers));
  const auto& model = m_document.model();
  const Recipe& recipe = m_document.recipe();
  if (!model) {
    m_fault = tr("No model is open.");
  } else {
    try {
      const Plan plan = target().prepare(*model, recipe.plan);
      m_findings = target().lint({.model = model, .plan = plan, .stack = recipe.stack, .rounding = recipe.rounding});
      const PlanSize size = sizeOf(plan, model->config());
      m_size->setText(tr("%1 bits per weight in the blocks, about %2 in all")
                          .arg(QLocale().toString(size.bitsPerWeight, 'f', 2), QLocale().formattedDataSize(size.totalBytes)));
    } catch (const Error& error) {
      m_fault = QString::fromUtf8(error.what());
    }
  }
  showFindings();
  showHindrance();
}

// The first of them by name, the others by number.
QString ExportDialog::concerned(const std::vector<LinearId>& linears) {
  constexpr std::size_t kNamed = 4;
  QStringList names;
  for (std::size_t i = 0; i < std::min(kNamed, linears.size()); ++i) names << fromCore(toString(linears[i]));
  const QString first = names.join(QStringLiteral("; "));
  if (linears.size() <= kNamed) return first;
  return tr("%1; and %2 more").arg(first).arg(linears.size() - kNamed);
}

void ExportDialog::showFindings() {
  bool hadFocus = false;
  while (QLayoutItem* item = m_rows->takeAt(0)) {
    if (QWidget* row = item->widget()) {
      hadFocus = hadFocus || row->isAncestorOf(focusWidget());
      row->setParent(nullptr);                   // gone from the dialog now; its own button may be what calls us
      row->deleteLater();
    }
    delete item;
  }
  const int picture = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
  for (const Finding& finding : m_findings) {
    auto* row = new QWidget;
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    auto* icon = new QLabel(row);
    icon->setPixmap(style()->standardIcon(pictureOf(finding.severity), nullptr, this).pixmap(picture));
    icon->setAccessibleName(finding.severity == Severity::Error ? tr("Error") : finding.severity == Severity::Warning ? tr("Warning") : tr("Note"));
    line->addWidget(icon, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    auto* what = wrapped(fromCore(finding.what), row);
    QFont strong = what->font();
    strong.setBold(finding.severity == Severity::Error);
    what->setFont(strong);
    words->addWidget(what);
    words->addWidget(wrapped(fromCore(finding.why), row));
    if (!finding.linears.empty()) {
      auto* whom = wrapped(concerned(finding.linears), row);
      whom->setForegroundRole(QPalette::PlaceholderText);
      words->addWidget(whom);
    }
    if (finding.fix) words->addWidget(wrapped(tr("Remedy: %1").arg(fromCore(finding.fix->what)), row));
    line->addLayout(words, 1);
    if (finding.fix) {
      auto* button = new QPushButton(tr("Apply"), row);
      button->setAutoDefault(false);
      button->setAccessibleName(tr("Apply: %1").arg(fromCore(finding.fix->what)));
      connect(button, &QPushButton::clicked, this, [this, finding] { apply(finding); });
      line->addWidget(button, 0, Qt::AlignTop);
    }
    m_rows->addWidget(row);
  }
  if (m_findings.empty() && m_fault.isEmpty()) m_rows->addWidget(wrapped(tr("Nothing stands in the way."), this));
  m_rows->addStretch();
  if (hadFocus) m_target->setFocus();            // where the keyboard goes on once the pressed button went
  m_applyAll->setEnabled(std::any_of(m_findings.begin(), m_findings.end(),
                                     [](const Finding& finding) { return finding.severity == Severity::Error && finding.fix; }));
}

void ExportDialog::showHindrance() {
  const QString why = hindrance();
  m_hindrance->setText(why);
  m_export->setEnabled(why.isEmpty());
  m_export->setToolTip(why);
}

// The recipe with the remedy, linted again by the edit itself.
void ExportDialog::apply(const Finding& finding) {
  if (!finding.fix) return;
  const ExportFix fix = *finding.fix;            // the edit replaces the findings
  Recipe next = m_document.recipe();
  bitscape::apply(fix, next.plan, next.stack, next.rounding);
  m_document.edit(tr("For %1: %2").arg(m_target->currentText(), fromCore(fix.what)), next);
}

void ExportDialog::applyAll() {
  for (int applied = 0; applied < kMostApplied; ++applied) {
    const auto found = std::find_if(m_findings.begin(), m_findings.end(),
                                    [](const Finding& finding) { return finding.severity == Severity::Error && finding.fix; });
    if (found == m_findings.end()) return;
    const Recipe before = m_document.recipe();
    apply(*found);
    if (m_document.recipe() == before) return;   // refused; the message bar says why
  }
}

void ExportDialog::browse() {
  const QString chosen = QFileDialog::getExistingDirectory(this, tr("Folder of the export"), folder());
  if (!chosen.isEmpty()) setFolder(chosen);
}

}  // namespace bitscape
