// Backends as the window offers them: by name, and why one cannot run a plan here.
#pragma once

#include <memory>

#include <QString>

#include "core/engine/backends.h"

namespace bitscape {

// Null: there is none of that name. Thread-safe.
std::shared_ptr<const Backend> backendNamed(const QString& name);
// Why it cannot run here, or cannot run this plan of a model of so many blocks; empty when it can. Translated: GUI thread only.
QString whyNot(const Backend& backend, const Plan& plan, std::int64_t blocks);

}  // namespace bitscape
