// Renders Jinja templates, as far as chat templates of language models use the language.
//
// Statements: if, for (with filter, else, break, continue), set (also blocks and namespace attributes), macro, raw, generation;
// expressions with filters, tests, slices, calls; white space as transformers sets it (trim_blocks, lstrip_blocks). Output, steps,
// memory and nesting are bounded, so that a foreign template can neither hang nor exhaust the program. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"

namespace bitscape {

// `values` is an object: the variables of the template. Throws Error with the line on a fault in the template, on raise_exception,
// and when a bound is exceeded.
std::string renderJinja(std::string_view source, const Json& values);

}  // namespace bitscape
