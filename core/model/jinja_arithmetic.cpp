// Numbers of the template language: Python's operators on 64-bit integers (an overflow is an Error) and floats.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/model/jinja_value.h"

namespace bitscape::jinja {

Value arithmetic(const Value& left, const std::string& sign, const Value& right) {
  const bool divides = sign == "/" || sign == "//" || sign == "%";
  if (divides && right.number() == 0) throw Error("a division by 0");
  if (!left.as<double>() && !right.as<double>() && sign != "/" && !(sign == "**" && right.number() < 0)) {
    const auto whole = [](const Value& value) { return value.as<std::int64_t>() ? *value.as<std::int64_t>() : static_cast<std::int64_t>(value.number()); };
    const std::int64_t a = whole(left), b = whole(right);
    std::int64_t result = 0;
    bool overflow = false;
    if (sign == "+") overflow = __builtin_add_overflow(a, b, &result);
    if (sign == "-") overflow = __builtin_sub_overflow(a, b, &result);
    if (sign == "*") overflow = __builtin_mul_overflow(a, b, &result);
    if (sign == "**") {
      result = 1;
      for (std::int64_t i = 0; i < std::min<std::int64_t>(b, 64) && !overflow; ++i) overflow = __builtin_mul_overflow(result, a, &result);
      if (b > 64 && a != 0 && a != 1 && a != -1) overflow = true;
      if (b > 64 && a == -1) result = b % 2 == 0 ? 1 : -1;
    }
    if (divides) {
      overflow = a == std::numeric_limits<std::int64_t>::min() && b == -1;
      if (!overflow) {  // Python rounds towards minus infinity
        const std::int64_t quotient = a / b - (a % b != 0 && (a < 0) != (b < 0));
        result = sign == "//" ? quotient : a - quotient * b;
      }
    }
    if (overflow) throw Error("a number does not fit 64 bits");
    return Value::integer(result);
  }
  const double a = left.number(), b = right.number();
  const double result = sign == "+"    ? a + b
                        : sign == "-"  ? a - b
                        : sign == "*"  ? a * b
                        : sign == "/"  ? a / b
                        : sign == "//" ? std::floor(a / b)
                        : sign == "%"  ? a - std::floor(a / b) * b
                                       : std::pow(a, b);
  return Value(Value::Content(result));
}

}  // namespace bitscape::jinja
