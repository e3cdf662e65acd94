#include "views/evaluate/token_text.h"

#include <algorithm>

#include <QMouseEvent>
#include <QScrollBar>

#include "views/style/theme.h"

namespace bitscape {
namespace {

// A model may write any byte; what would not show is shown as a replacement character.
QString printable(const QString& text) {
  QString result;
  result.reserve(text.size());
  for (const QChar c : text) {
    const bool hidden = c.category() == QChar::Other_Control && c != QLatin1Char('\n') && c != QLatin1Char('\t');
    result += hidden ? QChar(QChar::ReplacementCharacter) : c;
  }
  return result;
}

}  // namespace

TokenText::TokenText(QWidget* parent) : QTextEdit(parent) {
  setReadOnly(true);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setUndoRedoEnabled(false);
  setTabChangesFocus(true);
  setAcceptRichText(false);
  setFrameShape(QFrame::NoFrame);
  document()->setDocumentMargin(kPanelMargin);
  viewport()->setMouseTracking(true);
  connect(this, &QTextEdit::cursorPositionChanged, this, [this] {
    if (hasFocus()) Q_EMIT tokenPointed(tokenOfPosition(textCursor().position()));
  });
}

void TokenText::clearTokens() {
  m_tokens.clear();
  m_ends.clear();
  m_marks.clear();
  clear();
}

void TokenText::append(const GeneratedToken& token) {
  QScrollBar* bar = verticalScrollBar();
  const bool follows = bar->value() >= bar->maximum() - 2;   // a reader who scrolled up stays there
  QTextCursor end(document());
  end.movePosition(QTextCursor::End);
  end.insertText(printable(token.text), QTextCharFormat());
  m_tokens.push_back(token);
  m_ends.push_back(end.position());
  m_marks.push_back(Equal);
  if (follows) bar->setValue(bar->maximum());
}

void TokenText::mark(int token, Mark mark) {
  if (token < 0 || token >= static_cast<int>(m_marks.size()) || m_marks[static_cast<std::size_t>(token)] == mark) return;
  m_marks[static_cast<std::size_t>(token)] = mark;
  applyMark(token);
}

TokenText::Mark TokenText::markOf(int token) const {
  return token < 0 || token >= static_cast<int>(m_marks.size()) ? Equal : m_marks[static_cast<std::size_t>(token)];
}

void TokenText::applyMark(int token) {
  const auto i = static_cast<std::size_t>(token);
  QTextCharFormat format;
  if (m_marks[i] != Equal) {
    const Theme theme = themeOf(palette());
    format.setUnderlineStyle(m_marks[i] == FirstDifferent ? QTextCharFormat::SingleUnderline : QTextCharFormat::WaveUnderline);
    format.setUnderlineColor(theme.fair);
    format.setForeground(theme.fair);
    if (m_marks[i] == FirstDifferent) {
      format.setForeground(theme.plot);
      format.setBackground(theme.fair);
      format.setUnderlineColor(theme.plot);
    }
  }
  QTextCursor cursor(document());
  cursor.setPosition(i == 0 ? 0 : m_ends[i - 1]);
  cursor.setPosition(m_ends[i], QTextCursor::KeepAnchor);
  cursor.setCharFormat(format);
}

int TokenText::tokenOfPosition(int position) const {
  const auto found = std::upper_bound(m_ends.begin(), m_ends.end(), position);
  return found == m_ends.end() ? -1 : static_cast<int>(found - m_ends.begin());
}

int TokenText::tokenAt(const QPoint& viewportPoint) const {
  QTextCursor cursor = cursorForPosition(viewportPoint);   // the nearest place between two characters
  const QRect caret = cursorRect(cursor);
  if (viewportPoint.y() < caret.top() || viewportPoint.y() > caret.bottom()) return -1;
  int position = cursor.position();
  if (viewportPoint.x() < caret.center().x()) --position;
  return position < 0 ? -1 : tokenOfPosition(position);
}

bool TokenText::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::MouseMove) Q_EMIT tokenPointed(tokenAt(static_cast<QMouseEvent*>(event)->pos()));
  if (event->type() == QEvent::Leave) Q_EMIT tokenPointed(-1);
  return QTextEdit::viewportEvent(event);
}

void TokenText::changeEvent(QEvent* event) {
  QTextEdit::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  for (std::size_t i = 0; i < m_marks.size(); ++i) {
    if (m_marks[i] != Equal) applyMark(static_cast<int>(i));
  }
}

}  // namespace bitscape
