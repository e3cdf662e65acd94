#include "core/eval/report.h"

#include <limits>

#include "core/base/error.h"

namespace bitscape {
namespace {

// Infinity is null in a text, since JSON knows none, and itself in a value that never was one.
double realOf(const JsonView& json, const std::string& key, double absent) {
  if (!json.raw().is_object() || !json.raw().contains(key)) return absent;
  const Json& value = json.raw().at(key);
  return value.is_number_float() ? value.get<double>() : json.number(key, std::numeric_limits<double>::infinity());
}

const std::vector<Json>& itemsOf(const JsonView& json) {
  if (!json.raw().is_array()) throw Error(json.source() + " is no array");
  return json.raw().get_ref<const Json::array_t&>();
}

}  // namespace

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

Report reportFromJson(const JsonView& json) {
  constexpr long long kMost = std::numeric_limits<long long>::max();
  Report report;
  report.windows = json.integer("windows", 0, kMost);
  report.tokens = json.integer("tokens", 0, kMost);
  report.ppl = realOf(json, "ppl", report.ppl);
  report.pplStderr = realOf(json, "ppl_stderr", report.pplStderr);
  report.pplFloat = realOf(json, "ppl_float", report.pplFloat);
  report.klMean = realOf(json, "kl_mean", report.klMean);
  report.klMedian = realOf(json, "kl_median", report.klMedian);
  report.klP99 = realOf(json, "kl_p99", report.klP99);
  report.top1 = realOf(json, "top1", report.top1);
  report.bitsPerWeight = realOf(json, "bits_per_weight", report.bitsPerWeight);
  report.seconds = realOf(json, "seconds", report.seconds);
  report.tokensPerSecond = realOf(json, "tokens_per_second", report.tokensPerSecond);
  report.backend = json.string("backend", "");
  report.device = json.string("device", "");
  report.precisionNote = json.string("note", "");
  if (json.has("blocks")) {
    for (const Json& item : itemsOf(json.at("blocks"))) {
      const JsonView error(item, json.source() + ": a block's error");
      report.blocks.push_back({.block = static_cast<int>(error.integer("block", 0, std::numeric_limits<int>::max())),
                               .sqnr = realOf(error, "sqnr", 0),
                               .cosine = realOf(error, "cosine", 1)});
    }
  }
  if (json.has("linears")) {
    for (const Json& item : itemsOf(json.at("linears"))) {
      const JsonView error(item, json.source() + ": a linear's error");
      const std::string name = error.string("role");
      const auto role = roleFromName(name);
      if (!role) throw Error(error.source() + ": \"role\" is \"" + name + "\", which names no linear");
      const int block = static_cast<int>(error.integer("block", -1, std::numeric_limits<int>::max()));
      report.linears.push_back({.id = {block, *role}, .sqnr = realOf(error, "sqnr", 0), .cosine = realOf(error, "cosine", 1)});
    }
  }
  return report;
}

}  // namespace bitscape
