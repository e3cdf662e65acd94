// A report for a bug tracker: one HTML file without links, scripts or other files, that says what was run and what came out.
//
// XHTML-clean, so that a strict parser reads it; every text is escaped. Figures are inline SVG when small, PNG otherwise. Pure function
// of its contents; GUI thread only, because figures paint themselves.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QPair>
#include <QString>
#include <vector>

#include "core/eval/run.h"
#include "core/model/config.h"
#include "core/study/recipe.h"
#include "views/figure/figure.h"

namespace bitscape {

struct ReportFigure {
  QString title;
  const Figure* figure = nullptr;
};

struct ReportContents {
  QString title;
  QDateTime made;
  QString modelTitle, modelPath, fingerprint;
  QString modelNote;                         // "weights are stored as Q4_1 ..."; empty: nothing to say
  ModelConfig config;
  Recipe recipe;                             // as it stands
  std::vector<Run> runs;
  int chosenRun = 0;                         // whose command line is given; 0: the newest that is done
  QList<ReportFigure> figures;
  QList<QPair<QString, QString>> versions;   // name, version: versionsHere()
};

QByteArray htmlReport(const ReportContents& contents);

// Bitscape, Qt, LibTorch, HDF5, the processor with its threads, the operating system.
QList<QPair<QString, QString>> versionsHere();
// The command that repeats `run`, quoted for a shell; `recipeFile`: where its recipe was saved (empty for a float run: none is needed).
QString reproducingCommand(const Run& run, const QString& modelPath, const QString& recipeFile);

}  // namespace bitscape
