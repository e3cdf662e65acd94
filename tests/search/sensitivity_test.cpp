#include "core/search/sensitivity.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/eval/evaluate.h"
#include "core/eval/generate.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;

namespace {

Corpus randomWindows(int windows, int length) {
  std::mt19937 random(3);
  Corpus corpus;
  for (int i = 0; i < windows; ++i) {
    corpus.windows.emplace_back();
    for (int t = 0; t < length; ++t) corpus.windows.back().push_back(static_cast<TokenId>(random() % 128));
  }
  return corpus;
}

// Everything float but `roles` of `block` (of every block when negative).
Plan planOf(const LinearPlan& format, int blocks, int block, const std::vector<Role>& roles) {
  Plan plan;
  for (int b = 0; b < blocks; ++b) {
    if (block >= 0 && b != block) continue;
    for (const Role role : roles) plan.overrides[{b, role}] = format;
  }
  return plan;
}

bool near(double a, double b, double relative, double absolute = 0) { return std::abs(a - b) <= absolute + relative * std::abs(b); }

}  // namespace

class SensitivityTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = Model::open(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.blocks = 4}));
    m_corpus = randomWindows(3, 20);
  }

  void nothingQuantizedHasNoEffect_data() {
    QTest::addColumn<bool>("empty");
    QTest::newRow("no linears given") << true;
    QTest::newRow("float linears given") << false;
  }
  void nothingQuantizedHasNoEffect() {
    QFETCH(bool, empty);
    const BlocksOf plain = [](int, const BlockWeights& weights) { return floatRun(weights); };
    const BlocksOf linears = empty ? BlocksOf{} : plain;
    const auto effects = linearEffects(*m_model, linears, m_corpus, 0, {}, {});
    QCOMPARE(effects.size(), std::size_t{28});
    for (const LinearEffect& linear : effects) {
      QVERIFY(linear.effect.kl >= 0 && linear.effect.kl < 1e-9 && linear.effect.klStderr < 1e-9);
      QCOMPARE(linear.effect.top1, 1.0);
    }
    for (const ComponentEffect& component : componentEffects(*m_model, linears, m_corpus, {}, {})) {
      QVERIFY(component.effect.kl < 1e-9);
      QCOMPARE(component.effect.top1, 1.0);
    }
  }

  void linearsAloneKnowNoHeads() {
    const auto of = [&](const char* plan) {
      return linearEffects(*m_model, blocksOf(tinyQuantized(m_model, planFromName(plan))), m_corpus, 0, {}, {});
    };
    const auto plain = of("w3a16"), heads = of("w3a16qkv3");
    for (std::size_t i = 0; i < plain.size(); ++i) QCOMPARE(heads[i].effect.kl, plain[i].effect.kl);
  }

  void eachLinearEqualsAnEvaluationOfItself_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("weights") << "w3a16" << 1e-3;
    QTest::newRow("weights and inputs") << "w4a6" << 2e-2;  // sums in another order may move a rounding of an input
  }
  void eachLinearEqualsAnEvaluationOfItself() {
    QFETCH(QString, format);
    QFETCH(double, tolerance);
    const LinearPlan one = linearPlanFromName(format.toStdString());
    const auto effects =
        linearEffects(*m_model, blocksOf(tinyQuantized(m_model, planFromName(format.toStdString()))), m_corpus, 2, {}, {});
    std::size_t i = 0;
    for (int block = 0; block < 4; ++block) {
      for (const Role role : kBlockRoles) {
        const LinearEffect& found = effects[i++];
        QVERIFY((found.id == LinearId{block, role}));
        const auto alone = tinyQuantized(m_model, planOf(one, 4, block, {role}));
        const Report report = evaluate(*m_model, alone.get(), nullptr, m_corpus, {}, {}, {});
        QVERIFY(report.klMean > 0);
        QVERIFY2(
            near(found.effect.kl, report.klMean, tolerance, 1e-7),
            qPrintable(QString("%1: %2 for %3").arg(QString::fromStdString(toString(found.id))).arg(found.effect.kl).arg(report.klMean)));
        QVERIFY(near(found.effect.top1, report.top1, 0, 0.02));
      }
    }
  }

  void theErrorComesFromTheSpreadOfPositions() {
    const auto effects = linearEffects(*m_model, blocksOf(tinyQuantized(m_model, planFromName("w3a16"))), m_corpus, 0, {}, {});
    const auto alone = tinyQuantized(m_model, planOf(linearPlanFromName("w3a16"), 4, 1, {Role::V}));
    Runner plain(m_model, nullptr, nullptr, {}, {}), other(m_model, alone, nullptr, {}, {});
    std::vector<double> kl;
    for (const auto& window : m_corpus.windows) {
      plain.reset();
      other.reset();
      const Tensor f = plain.feedAll(window).to(at::kDouble).log_softmax(-1), q = other.feedAll(window).to(at::kDouble).log_softmax(-1);
      const Tensor rows = (f.exp() * (f - q)).sum(-1);
      for (std::int64_t t = 0; t < rows.numel(); ++t) kl.push_back(rows[t].item<double>());
    }
    double mean = 0, squares = 0;
    for (const double value : kl) mean += value / static_cast<double>(kl.size());
    for (const double value : kl) squares += (value - mean) * (value - mean);
    const double count = static_cast<double>(kl.size());
    const Effect& found = effects[7 + static_cast<std::size_t>(Role::V)].effect;
    QVERIFY(near(found.kl, mean, 1e-3));
    QVERIFY(near(found.klStderr, std::sqrt(squares / (count - 1) / count), 1e-3));
  }

  void componentsEqualEvaluations() {
    const BlocksOf quantized = blocksOf(tinyQuantized(m_model, planFromName("w3a16")));
    QStringList heard, names;
    const auto effects = componentEffects(*m_model, quantized, m_corpus, {}, {},
                                          [&](const ComponentEffect& component) { heard << QString::fromStdString(component.name); });
    for (const ComponentEffect& component : effects) {
      names << QString::fromStdString(component.name);
      const auto alone = tinyQuantized(m_model, planOf(linearPlanFromName("w3a16"), 4, -1, component.roles));
      const Report report = evaluate(*m_model, alone.get(), nullptr, m_corpus, {}, {}, {});
      QVERIFY2(near(component.effect.kl, report.klMean, 1e-3, 1e-7),
               qPrintable(QString("%1: %2 for %3").arg(names.last()).arg(component.effect.kl).arg(report.klMean)));
      QVERIFY(near(component.effect.top1, report.top1, 0, 0.02));
    }
    QCOMPARE(names, (QStringList{"q", "k", "v", "o", "gate", "up", "down", "attention", "ffn", "all"}));
    QCOMPARE(heard, names);
    const Report whole = evaluate(*m_model, tinyQuantized(m_model, planFromName("w3a16")).get(), nullptr, m_corpus, {}, {}, {});
    QVERIFY(near(effects.back().effect.kl, whole.klMean, 1e-3));
  }

  void theBlockOfInterestComesFirst_data() {
    QTest::addColumn<int>("first");
    QTest::addColumn<QList<int>>("order");
    QTest::newRow("the first") << 0 << QList<int>{0, 1, 2, 3};
    QTest::newRow("in the middle") << 2 << QList<int>{2, 3, 0, 1};
    QTest::newRow("the last") << 3 << QList<int>{3, 0, 1, 2};
    QTest::newRow("none") << -1 << QList<int>{0, 1, 2, 3};
    QTest::newRow("beyond") << 4 << QList<int>{0, 1, 2, 3};
  }
  void theBlockOfInterestComesFirst() {
    QFETCH(int, first);
    QFETCH(QList<int>, order);
    const BlocksOf quantized = blocksOf(tinyQuantized(m_model, planFromName("w4a16")));
    QList<int> heard;
    std::vector<LinearEffect> known;
    const auto effects = linearEffects(*m_model, quantized, m_corpus, first, {}, {}, [&](const std::vector<LinearEffect>& block) {
      QCOMPARE(block.size(), std::size_t{7});
      heard << block.front().id.block;
      known.insert(known.end(), block.begin(), block.end());
    });
    QCOMPARE(heard, order);
    for (const LinearEffect& linear : known) {
      const auto same = std::find_if(effects.begin(), effects.end(), [&](const LinearEffect& other) { return other.id == linear.id; });
      QVERIFY(same != effects.end() && same->effect.kl == linear.effect.kl);
    }
  }

  void progressGrowsAndAStopIsHeardAnywhere() {
    const BlocksOf quantized = blocksOf(tinyQuantized(m_model, planFromName("w4a16")));
    const auto work = [&](bool components, const Progress& progress) {
      if (components)
        componentEffects(*m_model, quantized, m_corpus, {}, progress);
      else
        linearEffects(*m_model, quantized, m_corpus, 1, {}, progress);
    };
    for (const bool components : {false, true}) {
      double last = 0, largestStep = 0;
      int all = 0;
      work(components, Progress([&](double done, std::string_view) {
             QVERIFY(done >= last - 1e-12);
             largestStep = std::max(largestStep, done - last);
             last = done;
             ++all;
           }));
      QCOMPARE(last, 1.0);
      QVERIFY2(largestStep < 0.1, qPrintable(QString::number(largestStep)));
      for (const int after : {0, 1, all / 3, all / 2, all - 2}) {
        std::stop_source stop;
        int calls = 0;
        const Progress progress(
            [&](double, std::string_view) {
              if (calls++ == after) stop.request_stop();
            },
            stop.get_token());
        QVERIFY_THROWS_EXCEPTION(Cancelled, work(components, progress));
        QCOMPARE(calls, after + 1);
      }
    }
  }

  void whatCannotRunIsASentence() {
    const BlocksOf quantized = blocksOf(tinyQuantized(m_model, planFromName("w4a16")));
    Corpus corpus = m_corpus;
    corpus.windows[1][3] = 128;
    const auto both = [&](const BlocksOf& linears, const Corpus& text, const char* part) {
      for (const std::string& message : {errorOf([&] { linearEffects(*m_model, linears, text, 0, {}, {}); }),
                                         errorOf([&] { componentEffects(*m_model, linears, text, {}, {}); })}) {
        QVERIFY2(message.find(part) != std::string::npos, message.c_str());
      }
    };
    both(quantized, corpus, "the id 128");
    both(quantized, Corpus{}, "no tokens");
    const BlocksOf failing = [](int block, const BlockWeights&) -> BlockRun { throw Error("block " + std::to_string(block) + ", q: no"); };
    both(failing, m_corpus, "block 0, q: no");
    const BlocksOf overflowing = [](int, const BlockWeights& weights) {
      BlockRun run = floatRun(weights);
      run.linears = [plain = run.plain](SeamId seam, const Tensor& x) {
        std::vector<Tensor> outputs = plain(seam, x);
        for (Tensor& output : outputs) output = output * std::nan("");
        return outputs;
      };
      return run;
    };
    both(overflowing, m_corpus, "not finite");
  }

 private:
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  Corpus m_corpus;
};

QTEST_APPLESS_MAIN(SensitivityTest)
#include "sensitivity_test.moc"
