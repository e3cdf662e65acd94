// Keeps the Activations page in step with the document: shows both sides of the selected place, and computes their difference.
//
// GUI thread only.
#pragma once

#include <QObject>
#include <memory>

#include "app/document.h"
#include "views/activations/activations_panel.h"

namespace bitscape {

class ActivationsPresenter : public QObject {
  Q_OBJECT
 public:
  ActivationsPresenter(Document& document, ActivationsPanel& page, QObject* parent = nullptr);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  using Pyramid = std::shared_ptr<const MaxPyramid>;

  void showModel();
  void ask();  // B is computed while it can be seen
  void show();
  ActivationSide sideOf(Side side) const;
  Pyramid difference(const Pyramid& a, const Pyramid& b);
  QString differenceFault(const Pyramid& a, const Pyramid& b) const;
  QString emptyText(Side side) const;
  QString note() const;

  Document& m_document;
  ActivationsPanel& m_page;
  // The last difference, and of which pictures it is.
  Pyramid m_differenceA, m_differenceB, m_difference;
  QString m_faultA, m_faultB;  // why a side could not be computed
};

}  // namespace bitscape
