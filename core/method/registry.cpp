// The one list of methods, in the order that menus show: a method is one function in a file of its own and one row here.
#include "core/base/error.h"
#include "core/method/method.h"

namespace bitscape {

Method rtnMethod();
Method smoothquantMethod();
Method awqMethod();
Method gptqMethod();
Method duquantMethod();
Method quarotMethod();
Method zigzagHadamardMethod();
Method quikMethod();
Method zeroQuantMethod();
Method zeroQuantV2Method();
Method zeroQuantFpMethod();
Method zeroQuantFpM1Method();
Method zeroQuantFpM2Method();
Method zeroQuantHeroM1Method();
Method zeroQuantHeroM2Method();
Method zeroQuantHeroMethod();
Method llmFp4Method();
Method squeezeLlmMethod();
Method blockwiseMethod();
Method bitBalanceMethod();
Method bitBalanceCodeMethod();
Method clipSearchMethod();
Method bestMethod();

const std::vector<Method>& methods() {
  static const std::vector<Method> kMethods{
      rtnMethod(),
      smoothquantMethod(),
      awqMethod(),
      gptqMethod(),
      duquantMethod(),
      quarotMethod(),
      zigzagHadamardMethod(),
      quikMethod(),
      zeroQuantMethod(),
      zeroQuantV2Method(),
      zeroQuantFpMethod(),
      zeroQuantFpM1Method(),
      zeroQuantFpM2Method(),
      zeroQuantHeroM1Method(),
      zeroQuantHeroM2Method(),
      zeroQuantHeroMethod(),
      llmFp4Method(),
      squeezeLlmMethod(),
      blockwiseMethod(),
      bitBalanceMethod(),
      bitBalanceCodeMethod(),
      clipSearchMethod(),
      bestMethod(),
  };
  return kMethods;
}

namespace {

[[noreturn]] void throwUnknown(std::string_view id, const std::string& kind, const std::string& known) {
  throw Error("the " + kind + " \"" + std::string(id.substr(0, 64)) + "\" does not exist; those that do: " + known);
}

void append(std::string& known, const std::string& id) { known += (known.empty() ? "\"" : ", \"") + id + "\""; }

template <class Entry>
const Entry& named(std::string_view id, std::vector<Entry> Method::*entries, const std::string& kind) {
  std::string known;
  for (const Method& method : methods()) {
    for (const Entry& entry : method.*entries) {
      if (entry.id == id) return entry;
      append(known, entry.id);
    }
  }
  throwUnknown(id, kind, known);
}

}  // namespace

const Method& methodNamed(std::string_view id) {
  std::string known;
  for (const Method& method : methods()) {
    if (method.id == id) return method;
    append(known, method.id);
  }
  throwUnknown(id, "method", known);
}

const Rounding& roundingNamed(std::string_view id) { return named(id, &Method::roundings, "rounding"); }
const Pass& passNamed(std::string_view id) { return named(id, &Method::passes, "pass"); }

}  // namespace bitscape
