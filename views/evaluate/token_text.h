// A text that grows token by token and knows which characters belong to which token; tokens that differ are marked.
//
// The first difference gets a filled ground and an underline, later ones a coloured wavy underline: shape, not colour alone. Read-only,
// with a caret for the keyboard. GUI thread only.
#pragma once

#include <vector>

#include <QTextEdit>

#include "views/evaluate/generation_compare.h"

namespace bitscape {

class TokenText : public QTextEdit {
  Q_OBJECT
 public:
  explicit TokenText(QWidget* parent = nullptr);
  void clearTokens();
  void append(const GeneratedToken& token);
  const std::vector<GeneratedToken>& tokens() const { return m_tokens; }
  enum Mark { Equal, Different, FirstDifferent };
  void mark(int token, Mark mark);
  Mark markOf(int token) const;
  int tokenAt(const QPoint& viewportPoint) const;       // -1: none

 Q_SIGNALS:
  void tokenPointed(int token);                         // the pointer or the caret is on it; -1: nowhere

 protected:
  bool viewportEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  int tokenOfPosition(int position) const;              // of the character behind the position
  void applyMark(int token);

  std::vector<GeneratedToken> m_tokens;
  std::vector<int> m_ends;                              // position in the document after each token
  std::vector<Mark> m_marks;
};

}  // namespace bitscape
