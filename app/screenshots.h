// The README's pictures, made by the program itself: every page, dark and light, with everything computed.
//
// GUI thread only.
#pragma once

#include <QString>

namespace bitscape {

class Document;
class MainWindow;

// Waits for the analysis, evaluates three plans, and writes overview.png, activations.png, evaluate.png and the same with "-light"
// into `folder`, 1600 x 1000. Throws Error when a picture cannot be written or the analysis does not end.
void saveScreenshots(MainWindow& window, Document& document, const QString& folder);

}  // namespace bitscape
