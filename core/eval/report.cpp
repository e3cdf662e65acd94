#include "core/eval/report.h"

namespace bitscape {

// Infinite ratios (an exact layer) are written as null: JSON knows no infinity.
Json toJson(const Report& report) {
  Json json{{"windows", report.windows},
            {"tokens", report.tokens},
            {"ppl", report.ppl},
            {"ppl_stderr", report.pplStderr},
            {"kl_mean", report.klMean},
            {"kl_median", report.klMedian},
            {"kl_p99", report.klP99},
            {"top1", report.top1},
            {"bits_per_weight", report.bitsPerWeight},
            {"seconds", report.seconds},
            {"tokens_per_second", report.tokensPerSecond},
            {"ppl_float", report.pplFloat},
            {"backend", report.backend},
            {"device", report.device}};
  if (!report.precisionNote.empty()) json["note"] = report.precisionNote;
  if (!report.blocks.empty()) {
    Json blocks = Json::array();
    for (const BlockError& error : report.blocks)
      blocks.push_back({{"block", error.block}, {"sqnr", error.sqnr}, {"cosine", error.cosine}});
    json["blocks"] = std::move(blocks);
  }
  if (!report.linears.empty()) {
    Json linears = Json::array();
    for (const LinearError& error : report.linears)
      linears.push_back({{"block", error.id.block}, {"role", roleName(error.id.role)}, {"sqnr", error.sqnr}, {"cosine", error.cosine}});
    json["linears"] = std::move(linears);
  }
  return json;
}

}  // namespace bitscape
