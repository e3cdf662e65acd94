#include "core/base/error.h"

#include <new>

#include <c10/util/Exception.h>

#include "core/base/progress.h"

namespace bitscape {

Error Error::within(const std::string& context) const { return Error(context + ": " + what()); }

namespace detail {

void rethrowWithin(const std::string& context) {
  try {
    throw;
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    throw error.within(context);
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    throw Error(context + ": " + text.substr(0, text.find('\n')));
  } catch (const std::bad_alloc&) {
    throw Error(context + ": out of memory; close other programs, or use fewer or shorter windows");
  }
}

}  // namespace detail
}  // namespace bitscape
