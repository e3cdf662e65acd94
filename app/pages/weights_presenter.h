// Keeps the Weights page in step with the document: asks for what it shows while it can be seen, shows what arrives.
//
// GUI thread only.
#pragma once

#include <QObject>

#include "app/weights_loader.h"

namespace bitscape {

class WeightsPresenter : public QObject {
  Q_OBJECT
 public:
  WeightsPresenter(Document& document, WeightsPanel& page, QObject* parent = nullptr);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showModel();
  void ask();
  void show();
  QString note() const;

  Document& m_document;
  WeightsPanel& m_page;
  WeightsLoader m_loader;
};

}  // namespace bitscape
