// Keeps the Attention page in step with the document: asks for what it shows while it can be seen, shows what arrives.
//
// GUI thread only.
#pragma once

#include <QObject>

#include "app/attention_loader.h"

namespace bitscape {

class AttentionPresenter : public QObject {
  Q_OBJECT
 public:
  AttentionPresenter(Document& document, AttentionPanel& page, QObject* parent = nullptr);
  bool isComplete() const { return m_loader.isComplete(); }   // nothing that the page shows is missing

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showModel();
  void ask();
  void show();
  QString emptyText(Side side) const;
  QString note() const;

  Document& m_document;
  AttentionPanel& m_page;
  AttentionLoader m_loader;
};

}  // namespace bitscape
