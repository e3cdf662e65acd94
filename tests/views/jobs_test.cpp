#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <vector>

#include "views/jobs/elided_label.h"
#include "views/jobs/job_list.h"
#include "views/jobs/job_row.h"
#include "views/log/message_log.h"
#include "views/start/start_page.h"

using namespace bitscape;

namespace {

JobState jobOf(int id, JobState::State state, int place = 0, int waiting = 0) {
  JobState job;
  job.id = id;
  job.title = QStringLiteral("Job %1").arg(id);
  job.state = state;
  job.place = place;
  job.waiting = waiting;
  job.canPause = !hasEnded(state);
  return job;
}

JobRow* rowOf(JobList& list, int id) {
  for (auto* row : list.findChildren<JobRow*>()) {
    if (row->state().id == id) return row;
  }
  return nullptr;
}

}  // namespace

class JobsViewTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theLineIsShownInItsOrder() {
    JobList list;
    list.setJob(jobOf(1, JobState::Done));
    list.setJob(jobOf(2, JobState::Waiting, 2, 2));
    list.setJob(jobOf(3, JobState::Running));
    list.setJob(jobOf(4, JobState::Waiting, 1, 2));
    list.setJob(jobOf(5, JobState::Paused));
    list.setJob(jobOf(6, JobState::Failed));
    QCOMPARE(list.order(), (std::vector<int>{3, 5, 4, 2, 6, 1}));
    list.setJob(jobOf(4, JobState::Waiting, 2, 2));
    list.setJob(jobOf(2, JobState::Waiting, 1, 2));
    QCOMPARE(list.order(), (std::vector<int>{3, 5, 2, 4, 6, 1}));
    list.clearEnded();
    QCOMPARE(list.order(), (std::vector<int>{3, 5, 2, 4}));
  }

  void buttonsAskForWhatTheyShow() {
    JobList list;
    list.resize(900, 200);
    list.show();
    QSignalSpy pause(&list, &JobList::pauseRequested), resume(&list, &JobList::resumeRequested), up(&list, &JobList::moveUpRequested);
    list.setJob(jobOf(1, JobState::Running));
    list.setJob(jobOf(2, JobState::Waiting, 1, 2));
    list.setJob(jobOf(3, JobState::Waiting, 2, 2));
    const auto button = [&](int id, const char* name) { return rowOf(list, id)->findChild<QToolButton*>(QLatin1String(name)); };
    QVERIFY(!button(1, "up")->isVisible());
    QVERIFY(!button(2, "up")->isEnabled() && button(2, "down")->isEnabled());
    button(3, "up")->click();
    QCOMPARE(up.takeFirst()[0].toInt(), 3);
    button(1, "pause")->click();
    QCOMPARE(pause.takeFirst()[0].toInt(), 1);
    list.setJob(jobOf(1, JobState::Paused));
    button(1, "pause")->click();
    QCOMPARE(resume.takeFirst()[0].toInt(), 1);
    for (auto* each : list.findChildren<QToolButton*>()) QVERIFY(!each->accessibleName().isEmpty() || !each->text().isEmpty());
  }

  void everythingWorksByKeyboard() {
    JobList list;
    list.resize(900, 200);
    list.show();
    QSignalSpy pause(&list, &JobList::pauseRequested), cancel(&list, &JobList::cancelRequested), first(&list, &JobList::moveFirstRequested),
        down(&list, &JobList::moveDownRequested);
    list.setJob(jobOf(1, JobState::Running));
    list.setJob(jobOf(2, JobState::Waiting, 1, 2));
    list.setJob(jobOf(3, JobState::Waiting, 2, 2));
    list.setJob(jobOf(4, JobState::Done));
    rowOf(list, 1)->setFocus();
    QTest::keyClick(rowOf(list, 1), Qt::Key_Space);
    QCOMPARE(pause.takeFirst()[0].toInt(), 1);
    QTest::keyClick(rowOf(list, 2), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(down.takeFirst()[0].toInt(), 2);
    QTest::keyClick(rowOf(list, 3), Qt::Key_Home, Qt::AltModifier);
    QCOMPARE(first.takeFirst()[0].toInt(), 3);
    QTest::keyClick(rowOf(list, 3), Qt::Key_Delete);
    QCOMPARE(cancel.takeFirst()[0].toInt(), 3);
    QTest::keyClick(rowOf(list, 4), Qt::Key_Delete);   // ended: it only leaves the list
    QVERIFY(cancel.isEmpty() && !list.job(4));
  }

  void aNarrowListGivesEachJobTwoLinesAndClipsNothing() {
    JobList list;
    auto job = jobOf(1, JobState::Running);
    job.title = QStringLiteral("Evaluate w4a8 on a text with a long name");
    job.step = QStringLiteral("block 7 of 30, windows 1 to 8");
    job.needs = QStringLiteral("420 MB, about 35 s");
    job.secondsLeft = 74;
    list.setJob(job);
    list.show();
    for (const int width : {300, 620, 1200}) {
      list.resize(width, 160);
      QCoreApplication::processEvents();
      const auto* row = rowOf(list, 1);
      QVERIFY(row->width() <= width);
      for (const auto* part : row->findChildren<QWidget*>()) {
        if (!part->isVisible()) continue;
        const QRect place(part->mapTo(row, QPoint(0, 0)), part->size());
        QVERIFY2(row->rect().contains(place),
                 qPrintable(QStringLiteral("%1 at %2").arg(QString::fromLatin1(part->metaObject()->className())).arg(width)));
      }
      for (const auto* label : row->findChildren<QLabel*>()) {
        if (label->isVisible()) QVERIFY(label->width() >= label->sizeHint().width());
      }
    }
  }

  void sizesAreShort() {
    QCOMPARE(bytesText(420e6), QStringLiteral("420 MB"));
    QCOMPARE(bytesText(3.14e9), QStringLiteral("3.1 GB"));
    QCOMPARE(bytesText(31e9), QStringLiteral("31 GB"));
    QCOMPARE(bytesText(4300), QStringLiteral("4 kB"));
    QCOMPARE(bytesText(-1), QString());
  }

  void theLogKeepsTheNewest() {
    MessageLog log;
    for (int i = 0; i < MessageLog::kKept + 20; ++i)
      log.add(i % 2 ? MessageSeverity::Error : MessageSeverity::Information, QStringLiteral("sentence %1").arg(i));
    QCOMPARE(log.count(), MessageLog::kKept);
    const auto lines = log.text(false).split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), MessageLog::kKept);
    QVERIFY(lines.front().endsWith(QStringLiteral("\tInformation\tsentence 20")));
    QVERIFY(lines.back().endsWith(QStringLiteral("\tError\tsentence 519")));
    QVERIFY(log.text(true).isEmpty());
    log.clear();
    QCOMPARE(log.count(), 0);
  }

  void theStartPageOpensWhatIsThere() {
    StartPage page;
    page.resize(1000, 640);
    page.show();
    page.setRecent({{RecentEntry::Study, QStringLiteral("w4"), QStringLiteral("/a/w4.h5"), QDateTime::currentDateTime(), {}},
                    {RecentEntry::Model, QString(), QStringLiteral("/b/gone.gguf"), {}, QStringLiteral("the file is gone")}});
    QSignalSpy open(&page, &StartPage::openRequested), forget(&page, &StartPage::forgetRequested),
        sample(&page, &StartPage::openSampleRequested);
    auto* recent = page.findChild<QListWidget*>();
    QCOMPARE(recent->item(1)->text(), QStringLiteral("gone.gguf"));
    QTest::keyClick(recent, Qt::Key_Return);
    QCOMPARE(open.takeFirst()[0].toString(), QStringLiteral("/a/w4.h5"));
    QTest::keyClick(recent, Qt::Key_Down);
    QTest::keyClick(recent, Qt::Key_Return);
    QVERIFY(open.isEmpty());
    QTest::keyClick(recent, Qt::Key_Delete);
    QCOMPARE(forget.takeFirst()[0].toString(), QStringLiteral("/b/gone.gguf"));
    int asked = 0;
    for (auto* button : page.findChildren<QPushButton*>()) {
      QVERIFY(!button->toolTip().isEmpty());
      if (button->text().contains(QStringLiteral("sample"))) {
        button->click();
        ++asked;
      }
    }
    QCOMPARE(asked, 1);
    QCOMPARE(sample.count(), 1);
    page.setSampleMissing(QStringLiteral("it was not downloaded"));
    page.setRecent({});
    QVERIFY(!recent->isVisible());
  }
};

QTEST_MAIN(JobsViewTest)
#include "jobs_test.moc"
