// How a text is cut into words before byte-pair encoding: a chain of stages, each cutting or rewriting the pieces of the one before.
//
// Read from tokenizer.json ("pre_tokenizer"; huggingface/tokenizers, pre_tokenizers) or chosen by the label of a GGUF file
// ("tokenizer.ggml.pre"; ggml-org/llama.cpp, src/llama-vocab.cpp). Immutable, thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace bitscape {

// Words of one text. Views point into the text or into `rewritten`, which must stay with them.
struct Pieces {
  std::vector<std::string_view> words;
  std::deque<std::string> rewritten;
  bool atStart = true;  // the first word begins the whole text
};

class PreTokenizer {
 public:
  class Stage {
   public:
    virtual ~Stage() = default;
    virtual void run(Pieces& pieces) const = 0;
  };

  PreTokenizer() = default;  // leaves the text whole
  // `json` may be null. Throws Error on a kind that is not known, a wrong type, or a bad regular expression.
  static PreTokenizer fromJson(const Json& json, const std::string& source);
  // Throws Error naming the labels that are known.
  static PreTokenizer fromLabel(const std::string& label, const std::string& source);

  // What fromLabel makes, as tokenizer.json writes it. Throws Error as fromLabel does.
  static Json jsonOfLabel(const std::string& label, const std::string& source);

  Pieces split(std::string_view valid, bool atStart) const;
  const std::string& name() const { return m_name; }  // "smollm"; "custom" for a chain without a name

 private:
  std::vector<std::shared_ptr<const Stage>> m_stages;
  std::string m_name = "whole text";
};

}  // namespace bitscape
