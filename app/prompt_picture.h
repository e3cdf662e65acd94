// What the Activations page shows of one prompt: the input of a seam as a picture with its token texts and marked outliers.
//
// Pure functions for the worker's thread; results are immutable and shared.
#pragma once

#include <QStringList>
#include <memory>
#include <utility>
#include <vector>

#include "core/calib/capture.h"
#include "core/model/tokenizer.h"
#include "views/activations/activation_profile.h"
#include "views/activations/block_balance.h"
#include "views/heat/max_pyramid.h"

namespace bitscape {

struct PromptPicture {
  std::shared_ptr<const MaxPyramid> pyramid;
  std::vector<std::pair<int, int>> outliers;   // token, channel: the largest values, if they stand out
  std::shared_ptr<const ActivationProfile> profile;
  std::shared_ptr<const BlockBalance> balance;  // of a picture that was permuted on its way; null: it was not
};

// The pictures of all seams of a model must fit into this many bytes; a longer prompt is cut.
inline constexpr std::int64_t kPictureBytes = std::int64_t{512} << 20;

struct PromptTokens {
  std::vector<TokenId> ids;
  QStringList texts;                           // as they can be read on an axis
  bool wasCut = false;
};
// Throws Error on an empty prompt.
PromptTokens promptTokens(const QString& prompt, const Tokenizer& tokenizer, const ModelConfig& config);

// Marks at most 24 values that are larger than 20 times the mean |x|.
PromptPicture makePicture(const Trace& trace, SeamId seam, const QStringList& tokenTexts);

}  // namespace bitscape
