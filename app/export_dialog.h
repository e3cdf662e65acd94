// Asks what an export is for: the target, its folder, and what that target's programs would not load, each with its remedy.
//
// The recipe is linted as it stands, again after every edit. "Apply" puts a remedy into the recipe, as one undoable edit like any other;
// while errors remain there is no export, and the dialog says why. Nothing is solved and no file is touched here. GUI thread only.
#pragma once

#include <QDialog>

#include "app/document.h"
#include "core/exchange/exporter.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace bitscape {

class ExportDialog : public QDialog {
  Q_OBJECT
 public:
  ExportDialog(Document& document, QWidget* parent);

  const ExportTarget& target() const;
  QString folder() const;                        // empty: none chosen yet
  void setTarget(const QString& id);
  void setFolder(const QString& folder);
  const std::vector<Finding>& findings() const { return m_findings; }
  QString hindrance() const;                     // why there is no export now; empty: there is

 private:
  void lint();
  static QString concerned(const std::vector<LinearId>& linears);
  void showFindings();
  void showHindrance();
  void apply(const Finding& finding);
  void applyAll();
  void browse();

  Document& m_document;
  std::vector<Finding> m_findings;
  QString m_fault;                               // why the recipe cannot be looked at
  QComboBox* m_target = nullptr;
  QLabel* m_readers = nullptr;
  QLineEdit* m_folder = nullptr;
  QLabel* m_size = nullptr;
  QVBoxLayout* m_rows = nullptr;
  QPushButton* m_applyAll = nullptr;
  QPushButton* m_export = nullptr;
  QLabel* m_hindrance = nullptr;
};

}  // namespace bitscape
