// One entry of the stack as a card: grip, check box, title, what it does here, and its parameters when opened.
//
// Keys on the card: Space switches, Return opens, Alt+Up and Alt+Down move, Ctrl+D duplicates, Delete removes, Up and Down go to the
// neighbours. The mouse drags it by everything above its form. GUI thread only.
#pragma once

#include <QFrame>
#include <optional>

#include "views/stack/stack_outcome.h"

class QAction;
class QCheckBox;
class QLabel;
class QMenu;

namespace bitscape {

class ElidedLabel;
class GlyphButton;
class ParamForm;
class ToneLabel;

class StackRow : public QFrame {
  Q_OBJECT
 public:
  enum class Ask { Up, Down, Duplicate, Remove, Defaults, FocusUp, FocusDown };
  explicit StackRow(const StackEntry& entry, QWidget* parent = nullptr);

  const StackEntry& entry() const { return m_entry; }
  void setEntry(const StackEntry& entry);  // of the same pass; without a signal
  void setPlace(int index, int count);     // for its number and for what can move
  // Null: not known. `config` null: no model.
  void setOutcome(const EntryOutcome* outcome, bool computing, const ModelConfig* config);
  void setOpen(bool open);
  bool isOpen() const { return m_open; }
  void setLifted(bool lifted);  // it is being dragged

  QCheckBox* enabledBox() const { return m_enabled; }
  ParamForm* form() const { return m_form; }  // null: no parameters
  QMenu* menu() const { return m_menu; }
  ToneLabel* line() const { return m_line; }
  QString title() const;

 Q_SIGNALS:
  void asked(bitscape::StackRow::Ask what);
  void enabledChanged(bool enabled);
  void parameterEdited(const bitscape::ParamSpec& spec, const bitscape::Json& value);
  void gestureChanged();
  void dragMoved(const QPoint& global);
  void dragEnded(bool drop);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void buildMenu();
  void show();
  bool isOnForm(const QPoint& point) const;
  QString summary() const;  // the parameters that are not at their default

  StackEntry m_entry;
  const Pass* m_pass = nullptr;
  std::optional<EntryOutcome> m_outcome;
  std::optional<ModelConfig> m_config;
  bool m_computing = false, m_open = false, m_lifted = false;
  int m_index = 0;
  std::optional<QPoint> m_pressed;
  bool m_dragging = false;

  QCheckBox* m_enabled = nullptr;
  QLabel* m_title = nullptr;
  ElidedLabel* m_summary = nullptr;
  GlyphButton *m_chevron = nullptr, *m_more = nullptr;
  ToneLabel* m_line = nullptr;
  ParamForm* m_form = nullptr;
  QMenu* m_menu = nullptr;
  QAction *m_up = nullptr, *m_down = nullptr, *m_defaults = nullptr;
};

}  // namespace bitscape
