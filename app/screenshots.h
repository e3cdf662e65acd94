// The README's pictures, made by the program itself: every page, dark and light, with everything computed.
//
// GUI thread only.
#pragma once

#include <QString>

namespace bitscape {

class Document;
class MainWindow;

// Opens `model`, waits for the analysis, evaluates two plans, measures the components, generates, and writes start.png, overview.png, ...
// and the same with "-light" into `folder`, 1600 x 1000. `failure` is a sentence once opening has failed. Throws Error then, when a picture cannot be
// written, or when the work does not end.
void saveScreenshots(MainWindow& window, Document& document, const QString& model, const QString& failure, const QString& folder);

}  // namespace bitscape
