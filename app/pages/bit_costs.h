// What every linear costs in every format, for the document's recipe: measured as a job, kept in the user's cache folder.
//
// A table belongs to a model, a stack, a rounding, the bits of inputs and attention, and a text; the bits of weights are what it compares.
// It is read back when such a recipe returns; a measurement that was stopped goes on where it was. GUI thread only.
#pragma once

#include <QObject>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/document.h"
#include "core/search/cost_measure.h"
#include "core/study/estimate.h"

namespace bitscape {

class BitCosts : public QObject {
  Q_OBJECT
 public:
  explicit BitCosts(Document& document, QObject* parent = nullptr);
  ~BitCosts() override;  // cancels what goes on

  // `exact`: with the KL of every linear alone, which takes minutes.
  void measure(bool exact);
  void stop();
  bool isRunning() const { return m_job != 0; }
  QString step() const { return m_step; }
  // Null: none. While the recipe's own is not known, the last one that has its formats stands in: isCurrent() is false then.
  const std::shared_ptr<const CostTable>& table() const { return m_table; }
  bool isCurrent() const { return m_isCurrent; }
  bool isExact() const;                                // every linear's KL is in it
  std::optional<Estimate> estimate(bool exact) const;  // absent: no model
  QString fault() const { return m_fault; }            // of the last measurement; empty: none
  // The recipe or the text may have changed: whoever looks at the costs says when, since a table may have to be read.
  void follow();

  // Of a recipe without the bits of its weights and its texts: what two plans must share to be compared.
  static std::string familyOf(const Recipe& recipe);

 Q_SIGNALS:
  void changed();  // table, running, step, fault

 private:
  CorpusOptions text() const;
  Recipe base() const;
  std::string keyOf(const Recipe& base) const;
  std::string fileOf(const std::string& key, const std::vector<std::string>& formats) const;
  void take(const std::string& key, std::shared_ptr<const CostTable> table);
  void forget();

  Document& m_document;
  std::shared_ptr<const CostTable> m_table;
  std::map<std::string, std::shared_ptr<const CostTable>> m_known;  // by file, of this model
  std::string m_file;                                               // of the recipe as it is
  bool m_isCurrent = false;
  QString m_step, m_fault;
  int m_job = 0;  // 0: none
};

}  // namespace bitscape
