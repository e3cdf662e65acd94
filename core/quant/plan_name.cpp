// The names of plans: w<bits or 2b>a<bits>[g<group>][s][qkv<bits> or kv<bits>].
#include <algorithm>
#include <cctype>

#include "core/quant/plan.h"

namespace bitscape {
namespace {

constexpr int kFloatBits = 16;
constexpr std::int64_t kLargestGroup = 1 << 20;
constexpr const char* kExamples =
    "examples: w4a8, w4a16, w4a16g64 (groups of 64 weights), w4a16g128s (symmetric), w2ba8 (5 balanced levels), w4a4qkv4 (with queries, "
    "keys and values), "
    "float; bits are 1 to 8, "
    "or 16 for float";

// Reads a name from left to right.
class NameReader {
 public:
  explicit NameReader(std::string name) : m_name(std::move(name)) {}
  [[noreturn]] void fail(const std::string& why) const { throw Error("the format \"" + m_name + "\" " + why + "; " + kExamples); }
  bool atEnd() const { return m_at == m_name.size(); }
  bool take(char c) {
    if (atEnd() || m_name[m_at] != c) return false;
    ++m_at;
    return true;
  }
  // A decimal number without leading zeros.
  std::int64_t number(const std::string& what, std::int64_t most) {
    const std::size_t start = m_at;
    std::int64_t value = 0;
    while (!atEnd() && m_name[m_at] >= '0' && m_name[m_at] <= '9') {
      value = std::min<std::int64_t>(value * 10 + (m_name[m_at++] - '0'), most + 1);
    }
    const std::string digits = m_name.substr(start, m_at - start);
    if (digits.empty()) fail("has no number for " + what);
    if (digits[0] == '0' || value > most) fail("asks for " + digits + " as " + what + ", which does not exist");
    return value;
  }
  int bits(const std::string& what) {
    const auto value = static_cast<int>(number(what, kFloatBits));
    if (value > 8 && value != kFloatBits) fail("asks for " + std::to_string(value) + " as " + what + ", which does not exist");
    return value;
  }

 private:
  std::string m_name;
  std::size_t m_at = 0;
};

std::string lowered(const std::string& given) {
  std::string name = given.substr(0, 64);  // long nonsense is not repeated whole
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

// What the name says of linears.
LinearPlan readLinears(NameReader& reader) {
  if (!reader.take('w')) reader.fail("does not begin with the bits of the weights (w4)");
  const int weightBits = reader.bits("weight bits");
  const bool balanced = reader.take('b');
  if (balanced && weightBits != 2) reader.fail("has a balanced grid of " + std::to_string(weightBits) + " bits; only 2b exists");
  int inputBits = kFloatBits;
  if (reader.take('a')) {
    inputBits = reader.bits("input bits");
  } else if (!balanced) {
    reader.fail("does not say the bits of the inputs (a8, or a16 for float)");
  }
  const bool grouped = reader.take('g');
  const std::int64_t group = grouped ? reader.number("group", kLargestGroup) : 0;
  const bool symmetric = reader.take('s');
  if (weightBits == kFloatBits && (grouped || symmetric)) reader.fail("sets a group or symmetry for float weights");
  if (balanced && symmetric) reader.fail("says symmetric, which balanced levels are anyway");

  LinearPlan plan;
  if (weightBits != kFloatBits) {
    plan.weight = balanced ? balancedTwoBit()
                           : integerFormat(weightBits, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric, Granularity::Channel);
    if (grouped) {
      plan.weight->granularity = Granularity::Group;
      plan.weight->group = group;
    }
  }
  if (inputBits != kFloatBits) plan.input = integerFormat(inputBits, Symmetry::Asymmetric, Granularity::Token, 0, true);
  return plan;
}

}  // namespace

LinearPlan linearPlanFromName(const std::string& given) {
  const std::string name = lowered(given);
  if (name == "float") return {};
  NameReader reader(name);
  const LinearPlan plan = readLinears(reader);
  if (!reader.atEnd()) reader.fail("goes on after its end");
  return plan;
}

Plan planFromName(const std::string& given) {
  const std::string name = lowered(given);
  Plan plan;
  if (name == "float") return plan;
  NameReader reader(name);
  plan.uniform = readLinears(reader);
  const bool query = reader.take('q'), keys = reader.take('k');
  if (query || keys) {
    if (!keys || !reader.take('v')) reader.fail("goes on after its end");
    const int bits = reader.bits("bits of keys and values");
    if (bits != kFloatBits) {
      plan.kv = headFormat(bits);
      if (query) plan.query = plan.kv;
    }
  }
  plan.name = nameOf(plan);
  if (!reader.atEnd()) reader.fail("goes on after its end");
  return plan;
}

std::string nameOf(const Plan& plan) {
  const std::string linears = nameOf(plan.uniform);
  if (!plan.kv) return plan.query ? "custom" : linears;
  if (linears == "custom" || *plan.kv != headFormat(plan.kv->bits()) || (plan.query && plan.query != plan.kv)) return "custom";
  return (plan.uniform.isFloat() ? "w16a16" : linears) + (plan.query ? "qkv" : "kv") + std::to_string(plan.kv->bits());
}

std::string nameOf(const LinearPlan& plan) {
  if (plan.isFloat()) return "float";
  const bool balanced = plan.weight && plan.weight->grid.isInteger() && plan.weight->grid.levels == 5;
  std::string name("w");
  name += balanced ? "2b" : std::to_string(plan.weight ? plan.weight->bits() : kFloatBits);
  if (plan.input || !balanced) name.append("a").append(std::to_string(plan.input ? plan.input->bits() : kFloatBits));
  if (plan.weight && plan.weight->granularity == Granularity::Group) name.append("g").append(std::to_string(plan.weight->group));
  if (plan.weight && plan.weight->symmetry == Symmetry::Symmetric && !balanced) name += "s";
  try {
    return linearPlanFromName(name) == plan ? name : "custom";  // anything that a name cannot say
  } catch (const Error&) {
    return "custom";
  }
}

}  // namespace bitscape
