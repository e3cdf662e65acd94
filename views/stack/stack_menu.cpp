#include "views/stack/stack_menu.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::StackMenu)
};

QString q(const std::string& text) { return QString::fromStdString(text); }
QString paragraph(const std::string& text) { return QStringLiteral("<p>%1</p>").arg(q(text).toHtmlEscaped()); }

QAction* addTo(QMenu& menu, const std::string& id, const std::string& title, const QString& tip, const std::function<void()>& act) {
  auto* action = menu.addAction(q(title).replace(QLatin1Char('&'), QStringLiteral("&&")));
  action->setData(q(id));
  action->setToolTip(tip);
  QObject::connect(action, &QAction::triggered, &menu, act);
  return action;
}

}  // namespace

void fillMethodMenu(QMenu& menu, const std::function<void(const Method&)>& use, const std::function<void(const Preset&)>& usePreset) {
  menu.setToolTipsVisible(true);
  for (const auto& method : methods()) {
    if (method.setup) addTo(menu, method.id, method.title, paragraph(method.citation), [use, &method] { use(method); });
  }
  menu.addSeparator();
  auto* whole = menu.addMenu(Words::tr("With its bits"));
  whole->setToolTipsVisible(true);
  for (const auto& preset : presets())
    addTo(*whole, preset.id, preset.title, paragraph(preset.help), [usePreset, &preset] { usePreset(preset); });
}

void fillStepMenu(QMenu& menu, const std::function<void(const Pass&)>& add) {
  menu.setToolTipsVisible(true);
  for (const auto& method : methods()) {
    if (method.passes.empty()) continue;
    menu.addSection(q(method.title));
    for (const auto& pass : method.passes) addTo(menu, pass.id, pass.title, paragraph(pass.help), [add, &pass] { add(pass); });
  }
}

}  // namespace bitscape
