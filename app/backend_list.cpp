#include "app/backend_list.h"

#include <QCoreApplication>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::BackendList)
};

}  // namespace

std::shared_ptr<const Backend> backendNamed(const QString& name) {
  for (auto& backend : allBackends()) {
    if (backend->name() == name.toStdString()) return backend;
  }
  return nullptr;
}

QString whyNot(const Backend& backend, const Plan& plan, std::int64_t blocks) {
  if (const auto reason = backend.unavailable()) return Words::tr("It cannot run here: %1").arg(QString::fromStdString(*reason));
  const auto linear = unsupported(backend, plan, blocks);
  if (!linear) return {};
  const QString role = QString::fromUtf8(roleName(linear->role).data()), formats = QString::fromStdString(nameOf(plan.of(*linear)));
  return linear->block < 0 ? Words::tr("It cannot multiply %1 as %2, which this recipe asks for.").arg(role, formats)
                           : Words::tr("It cannot multiply %1 of block %2 as %3, which this recipe asks for.").arg(role).arg(linear->block).arg(formats);
}

}  // namespace bitscape
